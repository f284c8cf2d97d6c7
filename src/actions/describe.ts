import type { Run } from "../core/run.ts";
import type { Fact } from "./reply.ts";

/** A run's facts as every front end shows them, most telling first. */
export function describeRun(run: Run): Fact[] {
  return [
    ["run", run.id],
    ["repository", `${run.owner}/${run.repo}`],
    ["state", run.state],
    ...optional("reason", run.reason),
    ...optional("paused from", run.pausedFrom),
    ["request", run.request.issue ? `#${run.request.issue} ${run.request.title}` : run.request.title],
    ["attempts", String(run.attempts)],
    ["branch", run.fork === null ? run.branch : `${run.fork.owner}/${run.fork.repo}: ${run.branch}`],
    ...optional("commit", run.changeSha?.slice(0, 12)),
    ...optional(
      "pull request",
      run.prNumber === null ? null : `#${run.prNumber} (${run.prOpen ? "open" : "over"})`,
    ),
  ];
}

function optional(label: string, value: string | null | undefined): Fact[] {
  return value ? [[label, value]] : [];
}
