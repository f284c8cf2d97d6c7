import type { Run, State } from "../../src/core/run.ts";

export const HEAD = "a".repeat(40);
export const OTHER = "b".repeat(40);

const FRESH: Run = {
  id: "run_sample",
  owner: "octo",
  repo: "widget",
  repositoryId: 7,
  installationId: 70,
  mode: "direct",
  fork: null,
  promptVersion: "v1",
  request: { title: "Add a thing", body: "Please.", author: "ada", issue: 5 },
  baseBranch: "main",
  branch: "agentpr/sample",
  state: "QUEUED",
  pausedFrom: null,
  reason: null,
  version: 1,
  attempts: 0,
  failedInRow: 0,
  iterations: 0,
  epoch: 0,
  ciFixes: 0,
  iteratingFor: null,
  answered: [],
  threadId: null,
  changeId: null,
  changeSha: null,
  publishedSha: null,
  prNumber: null,
  prOpen: false,
  createdAt: 1,
  updatedAt: 1,
  stateSince: 1,
};

const WITH_CHANGE: Partial<Run> = { attempts: 1, changeId: "change_1", changeSha: HEAD };
const WITH_PR: Partial<Run> = { ...WITH_CHANGE, publishedSha: HEAD, prNumber: 12, prOpen: true };

/** What a run must have to be in a state at all. */
const BY_STATE: Record<State, Partial<Run>> = {
  QUEUED: {},
  EXECUTING: WITH_CHANGE,
  PUSHED: WITH_CHANGE,
  CI_WAIT: WITH_PR,
  REVIEW_WAIT: WITH_PR,
  ITERATING: { ...WITH_PR, iteratingFor: "checks", iterations: 1, ciFixes: 1 },
  PAUSED: { pausedFrom: "EXECUTING" },
  NEEDS_HUMAN: {},
  DONE: { ...WITH_PR, prOpen: false },
  FAILED: {},
};

/** A run that may be in that state; `more` says what else it has. */
export function runIn(state: State, more: Partial<Run> = {}): Run {
  return { ...FRESH, ...BY_STATE[state], state, ...more };
}

/** The same with an open pull request, where the state allows one. */
export function runWithPr(state: State, more: Partial<Run> = {}): Run {
  return runIn(state, { ...WITH_PR, prOpen: state !== "DONE", ...more });
}
