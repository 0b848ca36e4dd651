import { readdirSync, readFileSync } from "node:fs";

// Five suites, chosen by SONGBAI_SUITE (`tests/run.js` sets it): `npm` needs npm packages only and is the README's test
// command, `shared` needs recordings beside the checkout, `debian` needs Debian's lua5.1, lua5.3, lua5.4, lua-bitop, duktape,
// mujs, mosquitto, `board` needs what board-profiles/reference-m4/build.sh installs and builds,
// `peers` needs Debian's tshark, socat, mosquitto, mosquitto-clients, libcoap3-bin and openssl.
const suite = process.env.SONGBAI_SUITE ?? "npm";
const suites = { npm: "test", shared: "shared", debian: "debian", board: "board", peers: "peers" };

/** Files of `npm test` that try less there than they can (tests/support/suite.ts): the `debian` suite runs them whole. */
function atLength() {
  const tests = new URL("tests/", import.meta.url).pathname;
  return readdirSync(tests, { recursive: true })
    .filter((name) => name.endsWith(".test.ts") && /\b(FULL|RUNTIMES)\b.*support\//.test(readFileSync(tests + name, "utf8")))
    .map((name) => `<rootDir>/tests/${name}`);
}

export default {
  rootDir: new URL(".", import.meta.url).pathname,
  testMatch: [`<rootDir>/tests/**/*.${suites[suite]}.ts`, ...(suite === "debian" ? atLength() : [])],
  extensionsToTreatAsEsm: [".ts"],
  transform: { "\\.ts$": "<rootDir>/tests/support/transform.js" },
  moduleNameMapper: {
    "^@songbai/sdk/(.*)$": "<rootDir>/sdk/src/$1.ts",
    "^@songbai/sim/(.*)$": "<rootDir>/sim/src/$1.ts",
    "^@songbai/tools/(.*)$": "<rootDir>/tools/src/$1.ts",
  },
  modulePathIgnorePatterns: ["/dist/"],
  // Both cores of a small machine: by default jest leaves one alone.
  maxWorkers: "100%",
  testTimeout: 60_000,
};
