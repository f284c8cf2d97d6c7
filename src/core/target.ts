import type { Run, State } from "./run.ts";

export type Target = { ok: true; state: State } | { ok: false; why: string };

/** Where a retry takes a run: a new attempt, on the open pull request if there is one. Nothing else can be retried into. */
export function retryTarget(run: Run, wanted: State | null): Target {
  if (run.state === "FAILED" && run.prNumber !== null && !run.prOpen)
    return refuse(`its pull request was closed; make a new run instead`);
  const state = run.prOpen ? "ITERATING" : "EXECUTING";
  if (wanted === null || wanted === "EXECUTING" || wanted === "ITERATING") return { ok: true, state };
  return refuse(`a retry always begins a new attempt: its target is ${state}, not ${wanted}`);
}

/** Where a resume takes a run: back to where it was paused, or to a target that skips no work. */
export function resumeTarget(run: Run, wanted: State | null): Target {
  if (run.state === "NEEDS_HUMAN") return retryTarget(run, wanted);
  const target = wanted ?? run.pausedFrom ?? "QUEUED";
  const why = TARGET_NEEDS[target]?.(run) ?? null;
  return why === null ? { ok: true, state: settled(run, target) } : refuse(why);
}

/** What a run must have before it can be in a state; null means nothing is missing. */
const TARGET_NEEDS: Partial<Record<State, (run: Run) => string | null>> = {
  QUEUED: (run) => (run.attempts === 0 ? null : "work on it has begun; resume it to EXECUTING"),
  PUSHED: (run) => (run.changeId ? null : "PUSHED needs a sealed change, and there is none"),
  CI_WAIT: needsPullRequest,
  REVIEW_WAIT: needsPullRequest,
  DONE: () => "DONE is reached by a merge, never by a resume",
  FAILED: () => "FAILED is no target; cancel the run instead",
  PAUSED: () => "it is to be resumed, so PAUSED is no target",
};

function needsPullRequest(run: Run): string | null {
  return run.prOpen ? null : "it has no open pull request to wait for";
}

/** With an open pull request work goes on by iterating, and waiting begins at the checks, which `sync` reads anew. */
function settled(run: Run, target: State): State {
  if (target === "EXECUTING" || target === "ITERATING") return run.prOpen ? "ITERATING" : "EXECUTING";
  // Paused while its pull request was being opened, or its push made: there is nothing left to approve.
  if (target === "PUSHED" && run.prOpen && run.changeSha === run.publishedSha) return "CI_WAIT";
  return target === "REVIEW_WAIT" ? "CI_WAIT" : target;
}

function refuse(why: string): Target {
  return { ok: false, why };
}
