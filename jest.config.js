import { keepFilesInMemory } from "./test/support/in-memory.ts";

keepFilesInMemory();

// Suites run in Node itself. The quick ones decide and compute; the others start databases, servers, git or Codex, and can be
// run alone with --selectProjects.
const base = {
  runtime: "<rootDir>/test/support/jest-runtime.ts",
  testEnvironment: "<rootDir>/test/support/jest-environment.ts",
  injectGlobals: false,
  transform: {},
};
const QUICK = [
  "<rootDir>/test/core/**/*.test.ts",
  "<rootDir>/test/*.test.ts",
  "<rootDir>/test/config/**/*.test.ts",
];

export default {
  // One more than CI has cores: many a suite waits for a clock, a lease or a registry.
  maxWorkers: 3,
  // Most suites start programs, and forking copies a process's page tables: workers are replaced while they are small, and
  // the young generation that package.json gives them is small, too.
  workerIdleMemoryLimit: "150MB",
  testTimeout: 30_000,
  projects: [
    { ...base, displayName: "quick", testMatch: QUICK },
    {
      ...base,
      displayName: "real",
      globalSetup: "<rootDir>/test/support/shared-door.ts",
      globalTeardown: "<rootDir>/test/support/shared-door-end.ts",
      testMatch: ["<rootDir>/test/*/**/*.test.ts"],
      testPathIgnorePatterns: ["/node_modules/", "<rootDir>/test/core/", "<rootDir>/test/config/"],
    },
  ],
};
