import { approvalNeed, parkedNeed, setAsideNeed, standingNeed } from "./need-of-run.ts";
import { runnerNeeds } from "./need-of-runner.ts";
import type { State } from "./run.ts";

/** Why something wants a person, most urgent first. */
export const NEED_KINDS = {
  approval: "confirm",
  question: "decide",
  budget: "budget",
  set_aside: "set aside",
  runner: "runner",
  checks: "stuck checks",
  ready: "review",
  held: "held",
  paused: "paused",
  parked: "parked",
} as const;
export type NeedKind = keyof typeof NEED_KINDS;
const ORDER = Object.keys(NEED_KINDS) as NeedKind[];

/** One thing that wants a person, with the one command that deals with it. */
export type Need = {
  kind: NeedKind;
  /** Null where it is about a runner. */
  runId: string | null;
  repository: string | null;
  title: string;
  why: string;
  since: number;
  /** When it is over by itself: a request expires, a limit resets. */
  until: number | null;
  command: string;
  /** The same as a slash command, where there is one. */
  slash: string | null;
};

/** A run as far as it takes to say what it wants. */
export type WaitingRun = {
  id: string;
  owner: string;
  repo: string;
  title: string;
  state: State;
  reason: string | null;
  prNumber: number | null;
  since: number;
};

/** What each list of waiting runs was looked up for, and what is known beside the run. */
export type Waiting = {
  requested: readonly (WaitingRun & { expiresAt: number; by: string })[];
  standing: readonly WaitingRun[];
  setAside: readonly (WaitingRun & { job: string; error: string | null })[];
  parked: readonly (WaitingRun & { until: number; error: string | null })[];
  runners: readonly WaitingRunner[];
  /** Attempts that any runner could begin now. */
  attemptsWaiting: number;
  nowMs: number;
};
export type WaitingRunner = {
  id: string;
  name: string;
  approved: boolean;
  publicKey: string | null;
  approvedKey: string | null;
  createdAt: number;
  heartbeatAt: number;
};

/** Everything that wants a person, most urgent first; a run stands there once, with the first of its reasons. */
export function needsOf(waiting: Waiting): Need[] {
  const all = [
    ...waiting.requested.map(approvalNeed),
    ...waiting.setAside.map(setAsideNeed),
    ...waiting.standing.map(standingNeed),
    ...waiting.parked.map(parkedNeed),
    ...runnerNeeds(waiting),
  ].toSorted(byUrgency);
  return all.filter(
    ({ runId }, at) => runId === null || all.findIndex((need) => need.runId === runId) === at,
  );
}

/** By kind; then what ends soonest, then what has waited longest. */
function byUrgency(a: Need, b: Need): number {
  return (
    ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) ||
    (a.until ?? Number.MAX_SAFE_INTEGER) - (b.until ?? Number.MAX_SAFE_INTEGER) ||
    a.since - b.since ||
    (a.runId ?? a.title).localeCompare(b.runId ?? b.title)
  );
}
