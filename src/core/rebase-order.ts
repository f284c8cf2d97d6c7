import type { AttemptReport } from "./attempt.ts";
import type { Demands } from "./history.ts";
import type { Rebase } from "./packet.ts";
import type { Run } from "./run.ts";

type Facts = { run: Pick<Run, "prOpen">; demands: Demands; reports: readonly AttemptReport[] };

/**
 * How a change is put onto a base that has moved. Under review the branch only grows: the base is merged into it. Codex is
 * asked where more is wanted than that, and where git alone has already been tried and did not pass.
 */
export function rebaseOrder({ run, demands, reports }: Facts): Rebase {
  const { failures, feedback, instructions } = demands;
  const last = reports.at(-1);
  const failed = last?.evidence.rebase !== undefined && last.grade.grade !== "PASS";
  const more = failures.length + feedback.length + instructions.length > 0;
  const summary = reports.findLast((report) => report.change !== null)?.summary ?? null;
  return { how: run.prOpen ? "merge" : "remake", codex: more || failed, summary };
}
