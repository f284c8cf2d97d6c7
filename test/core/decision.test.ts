import { expect, test } from "@jest/globals";
import { UNLIMITED } from "../../src/core/allowance.ts";
import type { BudgetVerdict } from "../../src/core/budget.ts";
import { DECISION_RULES, type Decision, type DecisionFacts, decide } from "../../src/core/decision.ts";
import type { History } from "../../src/core/history.ts";
import { DEFAULT_POLICY } from "../../src/core/policy.ts";
import { NO_PULSE } from "../../src/core/pulse.ts";
import { STATES } from "../../src/core/run.ts";
import { runIn, runWithPr } from "./sample-run.ts";

const OPEN: BudgetVerdict = { kind: "open", allowance: UNLIMITED };
const NOTHING: History = { verdict: null, requested: 0, parkedUntil: null };

function verdict(grade: "PASS" | "RETRYABLE" | "HUMAN_REVIEW", reason: string): Partial<DecisionFacts> {
  const ended = { type: "attempt.finished", attempt: 1, grade, reason, threadId: null } as const;
  return { history: { ...NOTHING, requested: 1, verdict: ended } };
}

function decided(more: Partial<DecisionFacts>): Decision {
  return decide({
    run: runIn("EXECUTING"),
    history: NOTHING,
    pulse: NO_PULSE,
    attemptOpen: false,
    deadLetter: null,
    policy: DEFAULT_POLICY,
    budget: OPEN,
    askedUntil: null,
    nowMs: 1_000,
    ...more,
  });
}

const iterating = (more: object) => ({ run: runIn("ITERATING", more) });
const PARKED: History = { ...NOTHING, requested: 1, parkedUntil: 9_000 };
const policy = (more: object) => ({ policy: { ...DEFAULT_POLICY, ...more } });

test.each<[string, Partial<DecisionFacts>, Decision]>([
  ["a new run is started", { run: runIn("QUEUED") }, { kind: "start" }],
  [
    "a held run waits for a person",
    { run: runIn("QUEUED", { reason: "held until someone resumes it" }) },
    { kind: "wait", why: "held until someone resumes it" },
  ],
  ["work begins with an attempt", {}, { kind: "attempt" }],
  [
    "a budget that is used up goes to a person, with the figure",
    { budget: { kind: "over", why: "budget: the run has used 2 M of 1 M tokens" } },
    { kind: "escalate", reason: "budget: the run has used 2 M of 1 M tokens" },
  ],
  [
    "an attempt that was stopped because nothing is left says the figure",
    {
      ...verdict("HUMAN_REVIEW", "run_budget_exhausted"),
      budget: { kind: "over", why: "budget: the run has used 2 M of 1 M tokens" },
    },
    { kind: "escalate", reason: "budget: the run has used 2 M of 1 M tokens" },
  ],
  [
    "a budget that attempts under way may need is waited for",
    { budget: { kind: "held", why: "budget: held" } },
    { kind: "wait", why: "budget: held", untilMs: 16_000 },
  ],
  [
    "a change that passed is ready, however much it has cost",
    { ...verdict("PASS", "runtime_success"), budget: { kind: "over", why: "budget: over" } },
    { kind: "ready" },
  ],
  [
    "an attempt that was stopped for its budget goes to a person",
    verdict("HUMAN_REVIEW", "run_budget_exhausted"),
    { kind: "escalate", reason: "run_budget_exhausted" },
  ],
  [
    "an attempt under way is waited for",
    { attemptOpen: true },
    { kind: "wait", why: "an attempt is under way" },
  ],
  ["a first pass is ready for approval", verdict("PASS", "runtime_success"), { kind: "ready" }],
  [
    "a pass on an open pull request is published",
    { ...iterating({}), ...verdict("PASS", "runtime_success") },
    { kind: "publish" },
  ],
  [
    "a pass without a sealed change is tried again",
    { run: runIn("EXECUTING", { changeId: null }), ...verdict("PASS", "runtime_success") },
    { kind: "attempt" },
  ],
  [
    "work that nobody will do any more goes to a person",
    { deadLetter: "publish was set aside: no answer" },
    { kind: "escalate", reason: "publish was set aside: no answer" },
  ],
  [
    "so it does while a change waits for approval",
    { run: runIn("PUSHED"), deadLetter: "open_pr was set aside: no answer" },
    { kind: "escalate", reason: "open_pr was set aside: no answer" },
  ],
  ["what may be retried is retried", verdict("RETRYABLE", "new_test_failures"), { kind: "attempt" }],
  [
    "what needs a person goes to one",
    verdict("HUMAN_REVIEW", "flaky_tests"),
    { kind: "escalate", reason: "flaky_tests" },
  ],
  [
    "what cannot work fails",
    verdict("HUMAN_REVIEW", "runtime_hard_failure"),
    { kind: "fail", reason: "runtime_hard_failure" },
  ],
  [
    "what is missing for good fails",
    verdict("HUMAN_REVIEW", "preflight_hard_failure"),
    { kind: "fail", reason: "preflight_hard_failure" },
  ],
  [
    "a provider's limit is waited out",
    { history: PARKED },
    { kind: "wait", why: "the provider's limit has not reset yet", untilMs: 9_000 },
  ],
  ["a limit that has reset is no obstacle", { history: PARKED, nowMs: 9_000 }, { kind: "attempt" }],
  [
    "attempts in a row are used up",
    { run: runIn("EXECUTING", { failedInRow: 3 }), ...verdict("RETRYABLE", "no_change") },
    { kind: "exhaust", reason: "3 attempts in a row did not pass (cap 3)" },
  ],
  [
    "a cap of 0 attempts is none",
    { run: runIn("EXECUTING", { failedInRow: 99 }), ...policy({ max_retryable_attempts: 0 }) },
    { kind: "attempt" },
  ],
  [
    "a pass counts even after the last allowed failure",
    { run: runIn("EXECUTING", { failedInRow: 3 }), ...verdict("PASS", "runtime_success") },
    { kind: "ready" },
  ],
  ["the last allowed iteration is worked on", iterating({ iterations: 5 }), { kind: "attempt" }],
  [
    "iterations are used up",
    iterating({ iterations: 6 }),
    { kind: "exhaust", reason: "5 iterations are used up" },
  ],
  ["the last allowed fix is worked on", iterating({ ciFixes: 3 }), { kind: "attempt" }],
  [
    "fixes are used up",
    iterating({ ciFixes: 4 }),
    { kind: "exhaust", reason: "checks failed again after 3 fixes" },
  ],
  [
    "caps of 0 are none",
    { ...iterating({ iterations: 99, ciFixes: 99 }), ...policy({ max_iterations: 0, max_ci_fixes: 0 }) },
    { kind: "attempt" },
  ],
  [
    "a base that moved is work like any other",
    iterating({ iteratingFor: "base", reason: "main no longer merges" }),
    { kind: "attempt" },
  ],
  [
    "three actions in a row that could not be carried out pause the run",
    { pulse: { failures: 3, lastFailure: "no branch main", fruitless: 0 } },
    {
      kind: "pause",
      by: "the manager",
      reason: "3 actions in a row could not be carried out, the last: no branch main",
    },
  ],
  [
    "so do ten decisions that led to nothing, even where a change has passed",
    { ...verdict("PASS", "runtime_success"), pulse: { ...NO_PULSE, fruitless: 10 } },
    {
      kind: "pause",
      by: "the manager",
      reason: "10 decisions in 30 minutes led to no new commit and to no other state",
    },
  ],
])("%s", (_title, facts, expected) => expect(decided(facts)).toEqual(expected));

test.each(STATES.filter((state) => !["QUEUED", "EXECUTING", "ITERATING"].includes(state)))(
  "nothing is decided for a %s run, whatever its history says",
  (state) => {
    for (const run of [runIn(state), runWithPr(state, { failedInRow: 9, iterations: 9 })])
      for (const more of [{}, verdict("PASS", "x"), verdict("HUMAN_REVIEW", "x"), { history: PARKED }])
        expect(decided({ run, ...more }).kind).toBe("wait");
  },
);

test("every rule has a name of its own", () => {
  expect(new Set(DECISION_RULES.map(({ name }) => name)).size).toBe(DECISION_RULES.length);
});
