// Three suites: `npm` needs npm packages only (the README's test command), `shared` needs recordings beside the checkout,
// `debian` needs Debian's lua5.1, lua5.3, lua5.4 and lua-bitop.
const shared = {
  rootDir: import.meta.dirname ?? new URL(".", import.meta.url).pathname,
  extensionsToTreatAsEsm: [".ts"],
  transform: { "\\.ts$": "<rootDir>/tests/support/transform.js" },
  moduleNameMapper: {
    "^@songbai/sdk/(.*)$": "<rootDir>/sdk/src/$1.ts",
    "^@songbai/sim/(.*)$": "<rootDir>/sim/src/$1.ts",
    "^@songbai/tools/(.*)$": "<rootDir>/tools/src/$1.ts",
  },
  testPathIgnorePatterns: ["/node_modules/", "/dist/"],
};

export default {
  testTimeout: 60_000,
  projects: [
    { ...shared, displayName: "npm", testMatch: ["<rootDir>/tests/**/*.test.ts"] },
    { ...shared, displayName: "shared", testMatch: ["<rootDir>/tests/**/*.shared.ts"] },
    { ...shared, displayName: "debian", testMatch: ["<rootDir>/tests/**/*.debian.ts"] },
  ],
};
