// Five suites, chosen by SONGBAI_SUITE (`tests/run.js` sets it): `npm` needs npm packages only and is the README's test
// command, `shared` needs recordings beside the checkout, `debian` needs Debian's lua5.1, lua5.3, lua5.4, lua-bitop, duktape,
// mujs, mosquitto, `board` needs what board-profiles/reference-m4/build.sh installs and builds,
// `peers` needs Debian's tshark, socat, mosquitto, mosquitto-clients, libcoap3-bin and openssl.
const suites = { npm: "test", shared: "shared", debian: "debian", board: "board", peers: "peers" };

export default {
  rootDir: new URL(".", import.meta.url).pathname,
  testMatch: [`<rootDir>/tests/**/*.${suites[process.env.SONGBAI_SUITE ?? "npm"]}.ts`],
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
