import type { DecisionFacts } from "./decision.ts";

/** What a decision depends on and nothing else, so that two that are the same have the same hash. */
export function decisiveFacts(facts: DecisionFacts): Readonly<Record<string, unknown>> {
  const { run, history, pulse, attemptOpen, deadLetter, policy, budget, askedUntil } = facts;
  const { verdict } = history;
  return {
    state: run.state,
    stay: run.epoch,
    reason: run.reason,
    iterating_for: run.iteratingFor,
    attempts: { asked: history.requested, ended: run.attempts, failed_in_row: run.failedInRow },
    iterations: run.iterations,
    ci_fixes: run.ciFixes,
    change: run.changeSha,
    pull_request: run.prOpen,
    verdict: verdict && { attempt: verdict.attempt, grade: verdict.grade, reason: verdict.reason },
    parked_until: history.parkedUntil,
    failures_in_row: pulse.failures,
    decisions_without_progress: pulse.fruitless,
    attempt_open: attemptOpen,
    dead_letter: deadLetter,
    budget: budget.kind,
    asked_until: askedUntil,
    caps: {
      attempts: policy.max_retryable_attempts,
      iterations: policy.max_iterations,
      ci_fixes: policy.max_ci_fixes,
    },
  };
}
