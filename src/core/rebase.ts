import { z } from "zod";
import { WorkerSummary } from "./attempt.ts";

/**
 * The base moved: the sealed change of `from` is put onto the base that this order names, by git alone where that works.
 * remake: as a commit in the old one's place; merge: as a merge commit on top of it, because people have read the branch.
 */
export const Rebase = z.object({
  how: z.enum(["remake", "merge"]),
  /** There is more to do than git can, whether it conflicts or not. */
  codex: z.boolean(),
  /** What the worker said about the change; it still holds where git alone moves it. */
  summary: WorkerSummary.nullable(),
});
export type Rebase = z.infer<typeof Rebase>;
