import { z } from "zod";
import { Diff } from "./evidence.ts";

/** A sealed candidate, as the runner stores it: what may be published, and nothing else. */
export const Change = z.object({
  id: z.string(),
  runId: z.string(),
  attemptId: z.string(),
  baseSha: z.string(),
  /** The commit this one stands on: the base, or the change before it. */
  parentSha: z.string(),
  /** The base commit that was merged into the branch; then the diff is against that, as the pull request shows it. */
  mergedSha: z.string().nullish(),
  treeSha: z.string(),
  sha: z.string(),
  message: z.string(),
  /** SHA-256 of the canonical diff from parent (or merged base) to commit, in hex. */
  diffHash: z.string(),
  diff: Diff,
});
export type Change = z.infer<typeof Change>;
