import type { EventType } from "./event.ts";
import { OVER, type Run, STATES, type State } from "./run.ts";

type Moves = { readonly [E in EventType]?: State };

/** State → event → state. An event without an entry does not move a run that is in that state. */
export const TRANSITIONS = {
  QUEUED: { "run.started": "EXECUTING" },
  EXECUTING: {
    "change.ready": "PUSHED",
    // Sent back to work while its pull request was being opened: the work goes on there.
    "pr.opened": "ITERATING",
    "attempt.failed": "FAILED",
    "attempts.exhausted": "NEEDS_HUMAN",
    "publish.failed": "NEEDS_HUMAN",
  },
  PUSHED: {
    "pr.opened": "CI_WAIT",
    "change.published": "CI_WAIT",
    "approval.rejected": "EXECUTING",
    "human.retried": "EXECUTING",
    "change.stale": "EXECUTING",
    "pr.open_failed": "NEEDS_HUMAN",
    "publish.failed": "NEEDS_HUMAN",
  },
  CI_WAIT: {
    "checks.passed": "REVIEW_WAIT",
    "checks.absent": "REVIEW_WAIT",
    "checks.preexisting": "REVIEW_WAIT",
    "checks.failed": "ITERATING",
    "feedback.received": "ITERATING",
    "base.conflicted": "ITERATING",
    "human.retried": "ITERATING",
  },
  REVIEW_WAIT: {
    "checks.failed": "ITERATING",
    "feedback.received": "ITERATING",
    "base.conflicted": "ITERATING",
    // Only a green head is worth another round of checks.
    "base.outdated": "ITERATING",
    "human.retried": "ITERATING",
    "checks.restarted": "CI_WAIT",
  },
  ITERATING: {
    // Its push waits for a person as well.
    "change.ready": "PUSHED",
    "change.published": "CI_WAIT",
    "feedback.answered": "CI_WAIT",
    "human.answered": "CI_WAIT",
    "checks.passed": "CI_WAIT",
    "attempt.failed": "NEEDS_HUMAN",
    "attempts.exhausted": "NEEDS_HUMAN",
    "publish.failed": "NEEDS_HUMAN",
  },
  NEEDS_HUMAN: { "human.retried": "EXECUTING", "human.resumed": "EXECUTING", "human.finished": "DONE" },
  PAUSED: { "human.resumed": "QUEUED" },
  FAILED: { "human.retried": "EXECUTING", "manager.retried": "EXECUTING", "pr.reopened": "CI_WAIT" },
  DONE: {},
} as const satisfies Record<State, Moves>;

/** Moves from any state that is not over. */
export const FROM_ANY_OPEN = {
  "run.escalated": "NEEDS_HUMAN",
  "run.paused": "PAUSED",
  "human.cancelled": "FAILED",
} as const satisfies Moves;

/** Moves from any state that is not DONE, of a run that has a pull request. */
export const FROM_ANY_WITH_PR = { "pr.merged": "DONE", "pr.closed": "FAILED" } as const satisfies Moves;

/** Only requests can be refused; facts and notes that do not move are journaled all the same. */
const REQUESTS: ReadonlySet<EventType> = new Set([
  "human.resumed",
  "human.retried",
  "human.cancelled",
  "human.finished",
  "manager.retried",
  "run.paused",
]);

export function isRequest(type: EventType): boolean {
  return REQUESTS.has(type);
}

/** Where this event takes a run of that state by the tables alone, or null. */
export function tableMove(run: Pick<Run, "state" | "prNumber">, type: EventType): State | null {
  const own: Moves = TRANSITIONS[run.state];
  const open: Moves = OVER.has(run.state) ? {} : FROM_ANY_OPEN;
  const withPr: Moves = run.prNumber !== null && run.state !== "DONE" ? FROM_ANY_WITH_PR : {};
  return own[type] ?? open[type] ?? withPr[type] ?? null;
}

/** The events that move a run of that state, for refusals and documents. */
export function accepted(run: Pick<Run, "state" | "prNumber">): EventType[] {
  const own: Moves = TRANSITIONS[run.state];
  const open: Moves = OVER.has(run.state) ? {} : FROM_ANY_OPEN;
  const withPr: Moves = run.prNumber !== null && run.state !== "DONE" ? FROM_ANY_WITH_PR : {};
  return Object.keys({ ...own, ...open, ...withPr }) as EventType[];
}

/** Names the Python version used, and what each is now. */
export const LEGACY_STATES: Readonly<Record<string, State>> = {
  DISCOVERY: "EXECUTING",
  PLAN_READY: "EXECUTING",
  IMPLEMENTING: "EXECUTING",
  LOCAL_VALIDATING: "EXECUTING",
  NEEDS_HUMAN_REVIEW: "NEEDS_HUMAN",
  FAILED_RETRYABLE: "FAILED",
  FAILED_TERMINAL: "FAILED",
  SKIPPED: "FAILED",
};

/** A state's name as a person writes it, legacy names included; null when there is no such state. */
export function parseState(text: string): State | null {
  const name = text.trim().toUpperCase().replaceAll("-", "_");
  return STATES.find((state) => state === name) ?? LEGACY_STATES[name] ?? null;
}
