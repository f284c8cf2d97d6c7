import fc from "fast-check";
import { UNLIMITED } from "../../src/core/allowance.ts";
import type { BudgetVerdict } from "../../src/core/budget.ts";
import type { DecisionFacts } from "../../src/core/decision.ts";
import { REASONS } from "../../src/core/grade.ts";
import { DEFAULT_POLICY } from "../../src/core/policy.ts";
import { STATES } from "../../src/core/run.ts";
import { runIn } from "./sample-run.ts";

const verdict = fc.record({
  type: fc.constant("attempt.finished" as const),
  attempt: fc.integer({ min: 1, max: 9 }),
  grade: fc.constantFrom("PASS", "RETRYABLE", "HUMAN_REVIEW"),
  reason: fc.constantFrom(...REASONS),
  threadId: fc.constant(null),
});
const budget: fc.Arbitrary<BudgetVerdict> = fc.constantFrom(
  { kind: "open", allowance: UNLIMITED },
  { kind: "over", why: "budget: over" },
  { kind: "held", why: "budget: held" },
);
const small = fc.integer({ min: 0, max: 12 });
const run = fc
  .record({
    state: fc.constantFrom(...STATES),
    reason: fc.constantFrom(null, "held"),
    iteratingFor: fc.constantFrom(null, "checks" as const, "feedback" as const, "base" as const),
    ...{ failedInRow: small, iterations: small, ciFixes: small },
    changeId: fc.constantFrom(null, "change_1"),
  })
  .map(({ state, iteratingFor, ...more }) =>
    runIn(state, { ...more, iteratingFor: state === "ITERATING" ? iteratingFor : null }),
  );

/** Anything that a decision may be about, likely or not. */
export const anyFacts: fc.Arbitrary<DecisionFacts> = fc.record({
  run,
  history: fc.record({
    verdict: fc.option(verdict),
    requested: small,
    parkedUntil: fc.option(fc.integer({ min: 0, max: 2_000 })),
  }),
  pulse: fc.record({
    failures: fc.integer({ min: 0, max: 4 }),
    lastFailure: fc.option(fc.string()),
    fruitless: fc.integer({ min: 0, max: 11 }),
  }),
  attemptOpen: fc.boolean(),
  deadLetter: fc.option(fc.constant("publish was set aside")),
  policy: fc.constantFrom(DEFAULT_POLICY, { ...DEFAULT_POLICY, feedback_silence: "leave" as const }),
  budget,
  askedUntil: fc.option(fc.integer({ min: 0, max: 2_000 })),
  nowMs: fc.constant(1_000),
});
