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
  const known = new Set(touched(approved));
  const added = [...new Set(touched(now))].filter((path) => !known.has(path));
  return added.length > extra ? added : [];
}

/** A renamed file is touched under both of its names. */
function touched(files: readonly FileChange[]): string[] {
  return files.flatMap(({ path, oldPath }) => (oldPath ? [path, oldPath] : [path]));
}
