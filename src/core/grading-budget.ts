import type { Diff } from "./evidence.ts";

export type Budgets = { max_changed_files: number; max_added_lines: number; max_patch_bytes: number };

/** Every limit that the diff is over, in words; 0 means no limit. */
export function overBudget(diff: Diff, budgets: Budgets): string[] {
  const rows = [
    [diff.files.length, budgets.max_changed_files, "changed files"],
    [diff.addedLines, budgets.max_added_lines, "added lines"],
    [diff.patchBytes, budgets.max_patch_bytes, "bytes of patch"],
  ] as const;
  return rows
    .filter(([is, most]) => most > 0 && is > most)
    .map(([is, most, what]) => `${is} ${what}, ${most} allowed`);
}
