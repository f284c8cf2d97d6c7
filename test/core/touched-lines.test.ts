import { expect, test } from "@jest/globals";
import { touches } from "../../src/core/touched-lines.ts";

const REPLACED = "@@ -2,3 +2,3 @@\n two\n-three\n+THREE\n four";
const INSERTED = "@@ -2,2 +2,3 @@\n two\n+between\n three";
const DELETED = "@@ -2,3 +2,2 @@\n two\n-three\n four";
const AT_THE_TOP = "@@ -0,0 +1,2 @@\n+a\n+b";

test.each([
  ["a line that was replaced", REPLACED, 3, true],
  ["the line before it", REPLACED, 2, false],
  ["the line behind it", REPLACED, 4, false],
  ["the line that something was written behind", INSERTED, 2, true],
  ["the line that something was written before", INSERTED, 3, true],
  ["a line further away", INSERTED, 4, false],
  ["a line that was deleted", DELETED, 3, true],
  ["the first line, with something before it", AT_THE_TOP, 1, true],
  ["a patch that is not there", null, 3, false],
  ["words that look like a header", "@@ -1,1 +1,1 @@\n-x\n+@@ -9,1 +9,1 @@", 9, false],
])("%s", (_title, patch, line, expected) => {
  const files = [{ path: "a.ts", oldPath: null, patch }];

  expect(touches(files, "a.ts", { from: line, to: line })).toBe(expected);
});

test("a range is touched by any of its lines, a renamed file under its old name, another file never", () => {
  const files = [{ path: "new.ts", oldPath: "a.ts", patch: REPLACED }];

  expect(touches(files, "a.ts", { from: 1, to: 3 })).toBe(true);
  expect(touches(files, "new.ts", { from: 1, to: 9 })).toBe(false);
});
