import { keepFilesInMemory } from "./test/support/in-memory.ts";

keepFilesInMemory();

// Jest in ESM mode. The quick suites decide and compute; the others start databases, servers, git or Codex, and can be run
// alone with --selectProjects.
const base = {
  testEnvironment: "node",
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "\\.ts$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2024" }, module: { type: "es6" } },
    ],
  },
  moduleFileExtensions: ["ts", "js", "mjs", "cjs", "json", "node"],
};
const QUICK = [
  "<rootDir>/test/core/**/*.test.ts",
  "<rootDir>/test/*.test.ts",
  "<rootDir>/test/config/**/*.test.ts",
];

export default {
  maxWorkers: 2,
  // Most suites start programs, and forking copies a process's page tables: workers are replaced while they are small, and
  // the young generation that package.json gives them is small, too.
  workerIdleMemoryLimit: "150MB",
  testTimeout: 30_000,
  projects: [
    { ...base, displayName: "quick", testMatch: QUICK },
    {
      ...base,
      displayName: "real",
      globalSetup: "<rootDir>/test/support/shared-postgres.ts",
      globalTeardown: "<rootDir>/test/support/shared-postgres-end.ts",
      testMatch: ["<rootDir>/test/*/**/*.test.ts"],
      testPathIgnorePatterns: ["/node_modules/", "<rootDir>/test/core/", "<rootDir>/test/config/"],
    },
  ],
};
