import type { Run } from "./run.ts";

/** Why a run stops when its branch is not where we left it, and what a person can do about it. */
export function movedBranch({ branch, publishedSha }: Run, sha: string | null): string {
  const now = sha === null ? "deleted it" : `moved it to ${sha.slice(0, 12)}`;
  const back = publishedSha === null ? "delete it" : `put it back to ${publishedSha.slice(0, 12)}`;
  return `somebody else moved ${branch} (${now}); nothing of theirs is overwritten: ${back} and resume, or go on by hand and cancel the run`;
}
