import { expect, test } from "@jest/globals";
import type { FileChange } from "../../src/core/evidence.ts";
import { beyondApproval } from "../../src/core/iteration-scope.ts";

function file(path: string, oldPath: string | null = null): FileChange {
  const status = oldPath === null ? "modified" : "renamed";
  return { path, oldPath, status, added: 1, deleted: 0, binary: false, mode: "100644" };
}

const APPROVED = [file("a.ts"), file("b.ts", "old-b.ts")];

test.each<[string, FileChange[], number, string[]]>([
  ["the approved files", [file("a.ts"), file("b.ts")], 0, []],
  ["an approved file's old name", [file("old-b.ts")], 0, []],
  ["as many more as are allowed", [file("a.ts"), file("c.ts"), file("d.ts")], 2, []],
  ["one more than is allowed", [file("c.ts"), file("d.ts"), file("e.ts")], 2, ["c.ts", "d.ts", "e.ts"]],
  ["nothing more where none is allowed", [file("c.ts")], 0, ["c.ts"]],
  ["a file that nobody approved, renamed to one that was", [file("a.ts", "c.ts")], 0, ["c.ts"]],
  ["both names of a file that nobody approved", [file("d.ts", "c.ts")], 1, ["d.ts", "c.ts"]],
  ["nothing at all", [], 0, []],
])("a later push may touch %s or says what is beyond", (_title, now, extra, beyond) =>
  expect(beyondApproval(APPROVED, now, extra)).toEqual(beyond),
);
