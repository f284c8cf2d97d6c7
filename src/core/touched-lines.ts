import { parsePatch } from "./patch.ts";

/** One file of a commit as GitHub tells of it; no patch where it is binary or too large. */
export type CommitFile = { path: string; oldPath: string | null; patch: string | null };
export type LineRange = { from: number; to: number };

/** Whether a commit changed lines of that file, counted as they were before it, or wrote something beside them. */
export function touches(files: readonly CommitFile[], path: string, { from, to }: LineRange): boolean {
  return files
    .filter((file) => (file.oldPath ?? file.path) === path)
    .some(({ patch }) => patch !== null && changedLines(patch).some((line) => line >= from && line <= to));
}

/** The old lines that are gone or changed, and those that something was written before or behind. */
function changedLines(patch: string): number[] {
  const [file] = parsePatch(`diff --git a/file b/file\n${patch}`);
  if (file === undefined) return [];
  return [...file.removed.map(({ line }) => line), ...insertions(patch)];
}

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+/;

/** Where lines were added in the place of none, in numbers of the old side: the line before and the line behind. */
function insertions(patch: string): number[] {
  const found: number[] = [];
  let [old, replaces] = [0, false];
  for (const line of patch.split("\n")) {
    const [, start, count = "1"] = HUNK.exec(line) ?? [];
    // A hunk without old lines names the line before it.
    if (start !== undefined) old = Number(start) + (count === "0" ? 1 : 0);
    else if (line.startsWith("+") && !replaces) found.push(old - 1, old);
    else if (line.startsWith("-") || line.startsWith(" ")) old += 1;
    if (!line.startsWith("+")) replaces = line.startsWith("-");
  }
  return found;
}
