import { expect, test } from "@jest/globals";
import { DEFAULT_POLICY } from "../../src/core/policy.ts";
import { globMatcher, protectedViolations } from "../../src/core/protected.ts";

const file = (path: string, oldPath: string | null = null) => ({ path, oldPath });

test.each([
  [".github/workflows/ci.yml", true],
  [".GitHub/workflows/ci.yml", true],
  ["docs/CODEOWNERS", true],
  ["CODEOWNERS", true],
  ["packages/a/agents.md", true],
  [".codex/config.toml", true],
  [".agents/skills/x/SKILL.md", true],
  ["jenkinsfile", true],
  ["sub/Jenkinsfile", false],
  ["src/github/a.ts", false],
  ["x.github/a", false],
  ["docs/AGENTS.md.txt", false],
])("by default %s is protected: %s", (path, expected) => {
  expect(protectedViolations([file(path)], DEFAULT_POLICY.protected_paths).length > 0).toBe(expected);
});

test.each([
  ["*.md", "a.md", true],
  ["*.md", "docs/a.md", false],
  ["docs/**", "docs/a/b", true],
  ["docs/**", "docs2/a", false],
  ["**/x/*.ts", "x/a.ts", true],
  ["**/x/*.ts", "a/b/x/a.ts", true],
  ["a?c", "abc", true],
  ["a?c", "a/c", false],
  ["a.c", "abc", false],
  ["[x]", "[x]", true],
  ["**/x", "ax", false],
  ["**/x", "a/x", true],
  ["a/**", "a/", true],
  ["**", "a/b", true],
  ["a*b*c", "a1b2c", true],
  ["a*b*c", "a1b2", false],
  ["", "", true],
  ["a**b", "a/x/b", true],
])("the glob %s and %s: %s", (glob, path, expected) => expect(globMatcher(glob)(path)).toBe(expected));

test("a glob that is made to take long does not", () => {
  const matches = globMatcher(`${"*a".repeat(200)}b`);

  const started = performance.now();
  expect(matches("a".repeat(4_000))).toBe(false);
  expect(performance.now() - started).toBeLessThan(5_000);
});

test("both sides of a rename count", () => {
  const globs = ["ci/**"];

  expect(protectedViolations([file("free/a", "ci/a")], globs)).toHaveLength(1);
  expect(protectedViolations([file("ci/a", "free/a")], globs)).toHaveLength(1);
});

test.each([
  [["package-lock.json"], 1],
  [["package-lock.json", "package.json"], 0],
  [["package-lock.json", "packages/a/package.json"], 0],
  [["web/yarn.lock", "package.json"], 1],
  [["go.sum", "go.mod"], 0],
  [["Cargo.LOCK"], 1],
  [["composer.lock", "composer.json"], 0],
  [["my-package-lock.json"], 0],
  [["npm-shrinkwrap.json"], 1],
  [["pnpm-lock.yaml", "pnpm-workspace.yaml"], 0],
  [["bun.lockb"], 1],
  [["bun.lock", "package.json"], 0],
  [["poetry.lock", "pyproject.toml"], 0],
  [["uv.lock"], 1],
  [["Pipfile.lock", "Pipfile"], 0],
  [["Pipfile.lock"], 1],
  [["go.sum", "api/go.mod"], 0],
  [["api/go.sum", "go.mod"], 1],
  [["Gemfile.lock", "tidy.gemspec"], 0],
  [["Gemfile.lock"], 1],
  [["composer.lock"], 1],
  [["app/gradle.lockfile", "app/build.gradle.kts"], 0],
  [["gradle.lockfile", "gradle/libs.versions.toml"], 0],
  [["gradle.lockfile"], 1],
  [["src/App/packages.lock.json", "src/App/App.csproj"], 0],
  [["packages.lock.json", "Directory.Packages.props"], 0],
  [["packages.lock.json"], 1],
])("lock files among %j: %i alone", (paths, count) => {
  expect(
    protectedViolations(
      paths.map((path) => file(path)),
      [],
    ),
  ).toHaveLength(count);
});
