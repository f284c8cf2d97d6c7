import { expect, test } from "@jest/globals";
import { testInfrastructure } from "../../src/core/test-infrastructure.ts";

const signs = (files: Record<string, string>) =>
  testInfrastructure({ paths: Object.keys(files), files: new Map(Object.entries(files)) });

test.each<[Record<string, string>, string[]]>([
  [{ "README.md": "run pytest", "main.py": "" }, []],
  [{ "src/latest/a.ts": "", "contest.js": "" }, []],
  [{ "package.json": '{"scripts":{"build":"tsc"}}', Makefile: "build:\n\tcc a.c\n" }, []],
  [{ "tests/data.json": "" }, ["tests/data.json"]],
  [{ "src/a.spec.ts": "" }, ["src/a.spec.ts"]],
  [{ "pkg/a_test.go": "" }, ["pkg/a_test.go"]],
  [{ "package.json": '{"devDependencies":{"vitest":"1"}}' }, ["package.json"]],
  [{ "requirements-dev.txt": "pytest==8\n" }, ["requirements-dev.txt"]],
  [{ Makefile: "ci:\n\tgo test ./...\n" }, ["Makefile"]],
  [{ ".github/workflows/ci.yml": "      - run: make check\n" }, [".github/workflows/ci.yml"]],
])("of %j the signs of tests are %j", (files, expected) => {
  const read = Object.fromEntries(Object.entries(files).filter(([path]) => path !== "README.md"));

  expect(signs(read)).toEqual(expected);
});

test("the list is short, however many tests there are", () => {
  expect(
    signs(Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`tests/test_${at}.py`, ""]))),
  ).toHaveLength(20);
});
