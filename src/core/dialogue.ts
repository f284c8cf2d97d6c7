import type { Decision, DecisionFacts } from "./decision.ts";
import type { CheckFailure, Feedback } from "./event.ts";
import { type Happened, readDemands } from "./history.ts";
import { triageOfReviews } from "./model-triage.ts";
import type { Policy } from "./policy.ts";
import type { Run } from "./run.ts";
import type { Triage } from "./triage.ts";

/** What reviewers and checks said that nothing has answered yet, and what the manager would make of it. */
export type Dialogue = {
  feedback: Feedback[];
  failures: CheckFailure[];
  triage: Triage;
  /** A person's word is waited for until then; null where it is not. */
  askedUntil: number | null;
  silence: Policy["feedback_silence"];
};

type Wait = Pick<Policy, "feedback_wait_minutes">;

/** Null where nobody has said anything, or somebody else is at it. */
export function readDialogue(entries: readonly Happened[], run: Run, policy: Policy): Dialogue | null {
  if (!run.prOpen || !OPEN.has(run.state)) return null;
  const events = entries.map(({ event }) => event);
  const { feedback, failures } = readDemands(events, run);
  if (feedback.length === 0 && failures.length === 0) return null;
  const triage = triageOfReviews(feedback, events);
  const askedUntil = readAsked(entries, run, policy);
  return { feedback, failures, triage, askedUntil, silence: policy.feedback_silence };
}

const OPEN: ReadonlySet<Run["state"]> = new Set(["ITERATING", "PAUSED", "NEEDS_HUMAN"]);

/** Until when people may say what is done about a review or red checks; null where nobody is asked, or somebody has spoken. */
export function readAsked(
  entries: readonly Happened[],
  { state, iteratingFor, stateSince }: Run,
  { feedback_wait_minutes: minutes }: Wait,
): number | null {
  const isAbout = iteratingFor === "feedback" || iteratingFor === "checks";
  if (state !== "ITERATING" || !isAbout || minutes === 0) return null;
  const entered = entries.findLastIndex(({ fromState, toState }) => fromState !== toState);
  const goesOn = entries.slice(entered + 1).some(({ event }) => SETTLES.has(event.type));
  return goesOn ? null : stateSince + minutes * 60_000;
}

/** An attempt that has begun is an answer, too. */
const SETTLES: ReadonlySet<string> = new Set(["human.agreed", "attempt.requested"]);

/** What is decided while nobody has said what is to be done: silence means what policy says. */
export function unsaid({
  askedUntil,
  policy,
  nowMs,
}: Pick<DecisionFacts, "askedUntil" | "policy" | "nowMs">): Decision | null {
  if (askedUntil === null) return null;
  if (nowMs < askedUntil)
    return { kind: "wait", why: "people are asked what is to be done", untilMs: askedUntil };
  if (policy.feedback_silence === "fix") return null;
  const reason = `nobody said within ${policy.feedback_wait_minutes} minutes what is to be done`;
  return { kind: "pause", reason, by: "the manager" };
}

/** It was working on a review that a person has answered since, and nothing else is left to do. */
export function isAnswered(entries: readonly Happened[], run: Run): boolean {
  const events = entries.map(({ event }) => event);
  const begun = entries.findLast(
    ({ fromState, toState }) => toState === "ITERATING" && fromState !== toState && fromState !== "PAUSED",
  );
  const { feedback, failures, instructions, baseMoved } = readDemands(events, run);
  const left = feedback.length + failures.length + instructions.length;
  return begun?.event.type === "feedback.received" && left === 0 && !baseMoved;
}
