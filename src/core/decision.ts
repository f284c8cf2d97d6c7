import type { BudgetVerdict } from "./budget.ts";
import { unsaid } from "./dialogue.ts";
import type { History } from "./history.ts";
import type { Policy } from "./policy.ts";
import { failing, type Pulse, spinning } from "./pulse.ts";
import { isOver, type Run } from "./run.ts";

/** What happens next for a run; one of a closed list. */
export type Decision =
  | { kind: "start" }
  | { kind: "attempt" }
  | { kind: "ready" }
  | { kind: "publish" }
  | { kind: "exhaust" | "escalate" | "fail"; reason: string }
  | { kind: "pause"; reason: string; by: "the manager" | "GitHub" }
  | { kind: "answered"; attempt: number }
  | { kind: "wait"; why: string; untilMs?: number };

export type DecisionFacts = {
  run: Run;
  history: History;
  /** How the manager's own work on it goes. */
  pulse: Pulse;
  /** An attempt is queued or under way, or its report has not been weighed yet. */
  attemptOpen: boolean;
  /** Work that this stay in a state depends on and that was set aside; nobody will do it any more. */
  deadLetter: string | null;
  policy: Policy;
  /** Whether another attempt may be paid for. It is judged again, alone, when the attempt is asked for. */
  budget: BudgetVerdict;
  /** Until when people may say what is done about a review or red checks; null where nobody is asked. */
  askedUntil: number | null;
  nowMs: number;
};

type Rule = { readonly name: string; decide(facts: DecisionFacts): Decision | null };

/** First match wins. */
export const DECISION_RULES: readonly Rule[] = [
  { name: "over", decide: ({ run }) => (isOver(run) ? wait("the run is over") : null) },
  {
    name: "held",
    decide: ({ run }) => (run.state === "QUEUED" && run.reason !== null ? wait(run.reason) : null),
  },
  { name: "failing", decide: ({ run, pulse }) => paused(run, failing(pulse)) },
  { name: "spinning", decide: ({ run, pulse }) => paused(run, spinning(pulse)) },
  { name: "queued", decide: ({ run }) => (run.state === "QUEUED" ? { kind: "start" } : null) },
  { name: "dead_letter", decide: deadLetter },
  {
    name: "not_working",
    decide: ({ run }) => (isWorking(run) ? null : wait(`a ${run.state} run waits for others`)),
  },
  {
    name: "attempt_open",
    decide: ({ attemptOpen }) => (attemptOpen ? wait("an attempt is under way") : null),
  },
  { name: "parked", decide: parked },
  { name: "answered", decide: answered },
  { name: "passed", decide: passed },
  { name: "needs_human", decide: needsHuman },
  { name: "out_of_attempts", decide: outOfAttempts },
  { name: "out_of_iterations", decide: outOfIterations },
  { name: "budget", decide: ({ budget, nowMs }) => unaffordable(budget, nowMs) },
  { name: "asked", decide: unsaid },
  { name: "try", decide: () => ({ kind: "attempt" }) },
];

export type Ruling = { rule: string; decision: Decision };

/** What the rules decide, and which of them. */
export function rule(facts: DecisionFacts): Ruling {
  for (const { name, decide: byRule } of DECISION_RULES) {
    const decision = byRule(facts);
    if (decision !== null) return { rule: name, decision };
  }
  return { rule: "none", decision: wait("no rule applies") };
}

export function decide(facts: DecisionFacts): Decision {
  return rule(facts).decision;
}

function wait(why: string): Decision {
  return { kind: "wait", why };
}

export function isWorking(run: Run): boolean {
  return run.state === "EXECUTING" || run.state === "ITERATING";
}

/** Only what would go on by itself is stopped. */
function paused(run: Run, reason: string | null): Decision | null {
  const goesOn = isWorking(run) || run.state === "QUEUED" || run.state === "PUSHED";
  return reason !== null && goesOn ? { kind: "pause", reason, by: "the manager" } : null;
}

function parked({ history, nowMs }: DecisionFacts): Decision | null {
  if (history.parkedUntil === null || history.parkedUntil <= nowMs) return null;
  return { kind: "wait", why: "the provider's limit has not reset yet", untilMs: history.parkedUntil };
}

/** Questions alone were answered: there is nothing to publish. */
function answered({ run, history: { verdict } }: DecisionFacts): Decision | null {
  if (verdict?.grade !== "PASS" || verdict.reason !== "review_answered") return null;
  return run.state === "ITERATING" ? { kind: "answered", attempt: verdict.attempt } : null;
}

function passed({ run, history }: DecisionFacts): Decision | null {
  if (history.verdict?.grade !== "PASS" || run.changeId === null) return null;
  return run.state === "EXECUTING" ? { kind: "ready" } : { kind: "publish" };
}

function deadLetter({ run, deadLetter: reason }: DecisionFacts): Decision | null {
  return reason !== null && (isWorking(run) || run.state === "PUSHED") ? { kind: "escalate", reason } : null;
}

const HARD: ReadonlySet<string> = new Set(["runtime_hard_failure", "preflight_hard_failure"]);

function needsHuman({ history, budget }: DecisionFacts): Decision | null {
  if (history.verdict?.grade !== "HUMAN_REVIEW") return null;
  const { reason } = history.verdict;
  if (reason === "run_budget_exhausted" && budget.kind === "over")
    return { kind: "escalate", reason: budget.why };
  return { kind: HARD.has(reason) ? "fail" : "escalate", reason };
}

function outOfAttempts({ run, policy }: DecisionFacts): Decision | null {
  const { max_retryable_attempts: cap } = policy;
  if (cap === 0 || run.failedInRow < cap) return null;
  return { kind: "exhaust", reason: `${run.failedInRow} attempts in a row did not pass (cap ${cap})` };
}

function outOfIterations({ run, policy }: DecisionFacts): Decision | null {
  if (run.state !== "ITERATING") return null;
  if (policy.max_iterations > 0 && run.iterations > policy.max_iterations)
    return { kind: "exhaust", reason: `${policy.max_iterations} iterations are used up` };
  if (policy.max_ci_fixes > 0 && run.ciFixes > policy.max_ci_fixes)
    return { kind: "exhaust", reason: `checks failed again after ${policy.max_ci_fixes} fixes` };
  return null;
}

/** How long until a budget that others hold is looked at again. */
const HELD_MS = 15_000;

/** What follows when no attempt may begin; null when one may. */
export function unaffordable(budget: BudgetVerdict, nowMs: number): Decision | null {
  if (budget.kind === "over") return { kind: "escalate", reason: budget.why };
  return budget.kind === "held" ? { kind: "wait", why: budget.why, untilMs: nowMs + HELD_MS } : null;
}
