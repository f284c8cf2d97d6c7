import type { Event } from "./event.ts";
import type { GateFacts } from "./gate.ts";
import { movedBranch } from "./moved-branch.ts";

/** What was seen at the gate that changes the run itself, and not only this request: then it goes on, or a person must look. */
export function surveyEvent({
  surroundings,
  run,
  change,
}: Pick<GateFacts, "surroundings" | "run" | "change">): Event | null {
  if (surroundings?.kind !== "seen" || change === null) return null;
  const { base, head } = surroundings;
  if (base === "same_files")
    return { type: "change.stale", reason: `${run.baseBranch} has moved and now changes the same files` };
  const isOurs = head === change.sha || (head === null && run.publishedSha === null);
  return isOurs ? null : { type: "run.escalated", reason: movedBranch(run, head) };
}
