import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { branchRef, isBranchName, isSha } from "../../src/git/ref-names.ts";
import { runGit } from "../support/git-repository.ts";

test.each([
  ["main", true],
  ["feature/a-b.c", true],
  ["release+1", true],
  ["über/ß", true],
  ["-x", false],
  ["--upload-pack=id", false],
  ["a..b", false],
  ["a b", false],
  ["a\nb", false],
  ["a~1", false],
  ["a:b", false],
  ["a.lock", false],
  ["a/.b", false],
  ["/a", false],
  ["a/", false],
  ["a//b", false],
  ["@", false],
  ["a@{1}", false],
  ["a\\b", false],
  ["", false],
])("%j as a branch name: %s", (name, allowed) => expect(isBranchName(name)).toBe(allowed));

test("git itself accepts every branch name that is accepted here", () => {
  const names = fc.stringMatching(/^[-a-z./@{}~^:?*+_ ]{1,6}$/);
  fc.assert(
    fc.property(names.filter(isBranchName), (name) => {
      expect(() => runGit("/", "check-ref-format", `refs/heads/${name}`)).not.toThrow();
    }),
    { numRuns: 40, seed: 11 },
  );
});

test("only full object names count as such", () => {
  expect(isSha("a".repeat(40))).toBe(true);
  expect(["a".repeat(39), "HEAD", `${"a".repeat(40)}\n`, "A".repeat(40)].some(isSha)).toBe(false);
  expect(() => branchRef("-f")).toThrow("Not a branch name");
});
