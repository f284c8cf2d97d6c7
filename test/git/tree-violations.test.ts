import { expect, test } from "@jest/globals";
import type { RawEntry } from "../../src/git/diff-parse.ts";
import { treeViolations } from "../../src/git/tree-violations.ts";

function entry(changed: Partial<RawEntry>): RawEntry {
  return {
    oldMode: "000000",
    newMode: "100644",
    newSha: "b10b",
    status: "added",
    path: "a",
    oldPath: null,
    ...changed,
  };
}

test.each([
  ["src/a.ts", []],
  ["ünïcode/名前.txt", []],
  [".github/x", []],
  [".gitignore", []],
  ["a\nb", ["path_unsafe"]],
  ["a\u001b[31m", ["path_unsafe"]],
  ["a\u202egnp.exe", ["path_unsafe"]],
  ["a\\b", ["path_unsafe"]],
  ["x/.git/hooks/post-checkout", ["path_unsafe"]],
  ["x/.GIT/config", ["path_unsafe"]],
  ["x/.git. /config", ["path_unsafe"]],
  ["x/.git::$INDEX_ALLOCATION/config", ["path_unsafe"]],
  ["git~1/config", ["path_unsafe"]],
  [".g\u200cit/config", ["path_unsafe"]],
  ["../a", ["path_unsafe"]],
  [".gitmodules", ["submodule"]],
])("the path %j", (path, rules) => {
  expect(treeViolations([entry({ path })], new Map()).map(({ rule }) => rule)).toEqual(rules);
});

test.each([
  ["100755", []],
  ["160000", ["submodule"]],
  ["100664", ["file_mode"]],
  ["040000", ["file_mode"]],
])("the mode %s", (newMode, rules) => {
  expect(treeViolations([entry({ newMode })], new Map()).map(({ rule }) => rule)).toEqual(rules);
});

test.each([
  ["docs/link", "a.md", true],
  ["docs/link", "../src/a.ts", true],
  ["a/b/link", "../..", true],
  ["link", "/etc/passwd", false],
  ["docs/link", "../../outside", false],
  ["link", "..", false],
  ["docs/link", "other-link/../../outside", false],
  ["link", "a/../b", false],
  ["link", ".git/config", false],
])("a link %s → %s stays in the tree: %s", (path, target, stays) => {
  const found = treeViolations([entry({ path, newMode: "120000" })], new Map([["b10b", target]]));

  expect(found.map(({ rule }) => rule)).toEqual(stays ? [] : ["link_outside_tree"]);
});

test("what a change deletes is not held against it, but the list of submodules is", () => {
  const deleted = { status: "deleted", newMode: "000000" } as const;

  expect(treeViolations([entry({ ...deleted, path: "a\nb" })], new Map())).toEqual([]);
  expect(treeViolations([entry({ ...deleted, path: ".gitmodules" })], new Map())).toHaveLength(1);
});
