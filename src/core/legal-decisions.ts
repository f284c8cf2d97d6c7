import type { Decision } from "./decision.ts";
import { STATES, type State } from "./run.ts";

export type DecisionKind = Decision["kind"];

type Legal = {
  readonly states: readonly State[];
  /** The facts, in words. */
  readonly when: string;
  /** What the rules decide. */
  readonly does: readonly DecisionKind[];
  /** What a model may choose instead; nothing where the matter is clear. */
  readonly orElse: readonly DecisionKind[];
};

const WORKING = ["EXECUTING", "ITERATING"] as const;
const PENDING = [...WORKING, "PUSHED"] as const;
const OTHERS = STATES.filter((state) => !["QUEUED", "DONE", "FAILED", ...WORKING].includes(state));

/** Which decisions are legal, by state and facts: one entry for each rule of deciding, in their order. docs/design.md shows this table. */
export const LEGAL: Readonly<Record<string, Legal>> = {
  over: row(["DONE", "FAILED"], "the run is over", ["wait"]),
  held: row(["QUEUED"], "a person has to let it begin", ["wait"]),
  failing: row(["QUEUED", ...PENDING], "three actions in a row could not be carried out", ["pause"]),
  spinning: row(
    ["QUEUED", ...PENDING],
    "ten decisions in half an hour without a new commit or another state",
    ["pause"],
  ),
  queued: row(["QUEUED"], "nothing stands in its way", ["start"], ["escalate"]),
  dead_letter: row(PENDING, "work that this stay depends on was set aside", ["escalate"]),
  not_working: row(OTHERS, "others are to act", ["wait"]),
  attempt_open: row(WORKING, "an attempt is under way, or its report is not weighed yet", ["wait"]),
  parked: row(WORKING, "a provider's limit has not reset yet", ["wait"]),
  answered: row(["ITERATING"], "the newest attempt answered reviewers who only asked questions", [
    "answered",
  ]),
  passed: row(
    WORKING,
    "the newest attempt passed and its change is sealed",
    ["ready", "publish"],
    ["escalate"],
  ),
  needs_human: row(WORKING, "the newest attempt is graded HUMAN_REVIEW", ["escalate", "fail"]),
  out_of_attempts: row(WORKING, "the attempts in a row are used up", ["exhaust"]),
  out_of_iterations: row(["ITERATING"], "the iterations or the fixes for checks are used up", ["exhaust"]),
  budget: row(WORKING, "a limit is used up, or others hold what is left", ["escalate", "wait"]),
  asked: row(["ITERATING"], "people may still say what is done about a review or red checks", [
    "wait",
    "pause",
  ]),
  try: row(WORKING, "anything else", ["attempt"], ["escalate"]),
};

function row(
  states: readonly State[],
  when: string,
  does: readonly DecisionKind[],
  orElse: readonly DecisionKind[] = [],
): Legal {
  return { states, when, does, orElse };
}

/** The kinds that may be chosen where that rule has decided so: its own decision first. */
export function legalKinds({ rule, decision }: { rule: string; decision: Decision }): DecisionKind[] {
  return [decision.kind, ...(LEGAL[rule]?.orElse ?? [])];
}
