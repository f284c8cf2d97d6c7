import type { Hub } from "./hub.ts";
import type { CheckConclusion, CheckRun, CheckStatus, CheckSuite, Status } from "./store/checks.ts";
import type { PullRequest } from "./store/conversation.ts";
import type { Repository } from "./store/identity.ts";
import { where } from "./store/store.ts";

/** Runs of a suite; of several with one name only the newest counts. */
export function latestRuns(hub: Hub, fits: (run: CheckRun) => boolean): CheckRun[] {
  const byName = new Map(where(hub.store.checkRuns, fits).map((run) => [`${run.suiteId} ${run.name}`, run]));
  return [...byName.values()];
}

export type SuiteState = { status: CheckStatus; conclusion: CheckConclusion | null };

const BAD: readonly CheckConclusion[] = ["failure", "timed_out", "cancelled", "action_required"];

/** A suite's state follows from its runs; without any it stays queued for ever. */
export function suiteState(hub: Hub, suite: CheckSuite): SuiteState {
  const runs = latestRuns(hub, (run) => run.suiteId === suite.id);
  if (runs.every((run) => run.status === "queued")) return { status: "queued", conclusion: null };
  if (runs.some((run) => run.status !== "completed")) return { status: "in_progress", conclusion: null };
  const conclusions = runs.map((run) => run.conclusion);
  const bad = BAD.find((conclusion) => conclusions.includes(conclusion));
  return {
    status: "completed",
    conclusion: bad ?? (conclusions.includes("success") ? "success" : "neutral"),
  };
}

export type Verdict = "none" | "pending" | "success" | "failure";

/** All checks and statuses of a commit in one word. */
export function worstOf(hub: Hub, repositoryId: number, sha: string): Verdict {
  const runs = latestRuns(hub, (run) => run.repositoryId === repositoryId && run.headSha === sha);
  const verdicts = [
    ...runs.map(verdictOfRun),
    ...latestStatuses(hub, repositoryId, sha).map(verdictOfStatus),
  ];
  return (["failure", "pending", "success"] as const).find((verdict) => verdicts.includes(verdict)) ?? "none";
}

export function latestStatuses(hub: Hub, repositoryId: number, sha: string): Status[] {
  const all = where(hub.store.statuses, (row) => row.repositoryId === repositoryId && row.sha === sha);
  return [...new Map(all.map((status) => [status.context, status])).values()];
}

/** Whether a check that the default branch requires has not passed. */
export function isBlocked(hub: Hub, repository: Repository, issue: PullRequest): boolean {
  if (issue.pull.base.ref !== repository.defaultBranch) return false;
  const { sha } = issue.pull.head;
  const passed = [
    ...latestRuns(
      hub,
      (run) => run.repositoryId === repository.id && run.headSha === sha && verdictOfRun(run) === "success",
    ).map((run) => run.name),
    ...latestStatuses(hub, repository.id, sha)
      .filter((status) => status.state === "success")
      .map((status) => status.context),
  ];
  return repository.requiredChecks.some((name) => !passed.includes(name));
}

function verdictOfRun(run: CheckRun): Verdict {
  if (run.status !== "completed" || run.conclusion === null) return "pending";
  return BAD.includes(run.conclusion) ? "failure" : "success";
}

function verdictOfStatus(status: Status): Verdict {
  if (status.state === "pending") return "pending";
  return status.state === "success" ? "success" : "failure";
}
