// Jest in ESM mode; every suite is a project so that slow ones can be run alone with --selectProjects.
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
export default { projects: [{ ...base, displayName: "unit", testMatch: ["<rootDir>/test/**/*.test.ts"] }] };
