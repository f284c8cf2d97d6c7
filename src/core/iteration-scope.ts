import type { FileChange } from "./evidence.ts";

/**
 * A later push of an open pull request stays within what was approved: the approved change's files plus a few.
 * Returns the files beyond that, or nothing when it stays within.
 */
export function beyondApproval(
  approved: readonly FileChange[],
  now: readonly FileChange[],
  extra: number,
): string[] {
  const known = new Set(approved.flatMap(({ path, oldPath }) => (oldPath ? [path, oldPath] : [path])));
  const added = now.map(({ path }) => path).filter((path) => !known.has(path));
  return added.length > extra ? added : [];
}
