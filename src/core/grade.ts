import { z } from "zod";

/** Reason codes: what users match on. Explained in docs/reason-codes.md; think hard before adding one. */
export const REASONS = [
  "runtime_success",
  "runtime_success_preexisting_failures",
  "runtime_success_allowlisted_test_failures",
  "runtime_success_no_test_infra_with_validation",
  "review_answered",
  "contributions_refused",
  "preflight_transient_failure",
  "preflight_hard_failure",
  "safety_violation",
  "agent_push_disallowed",
  "protected_path_changed",
  "tests_weakened",
  "diff_budget_exceeded",
  "contract_invalid",
  "contract_skip",
  "contract_needs_review",
  "base_conflict_unresolved",
  "answer_missing",
  "no_change",
  "new_test_failures",
  "flaky_tests",
  "missing_test_evidence",
  "insufficient_test_evidence",
  "provider_limit",
  "runtime_transient_failure",
  "runtime_hard_failure",
  "runtime_stalled",
  "runtime_timed_out",
  "run_budget_exhausted",
  "runtime_crashed",
  "runtime_cancelled",
  "runtime_unknown_failure",
  "retryable_limit_exceeded",
] as const;
export const Reason = z.enum(REASONS);
export type Reason = z.infer<typeof Reason>;

export const Grade = z.object({
  grade: z.enum(["PASS", "RETRYABLE", "HUMAN_REVIEW"]),
  reason: Reason,
  /** The evidence for it, in words a person can act on. */
  because: z.string().max(4_000),
});
export type Grade = z.infer<typeof Grade>;
