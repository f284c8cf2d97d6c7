import type { CodexEnd, Evidence, Violation } from "./evidence.ts";
import type { Grade } from "./grade.ts";
import { overBudget } from "./grading-budget.ts";
import { contractSays, refusedByTarget } from "./grading-consent.ts";
import { failingInStream, missingEvidence, unprovenTests } from "./grading-evidence.ts";
import { answeredAll, conflictLeft, neverRan } from "./grading-iteration.ts";
import { withoutTests } from "./grading-without-tests.ts";
import type { Policy } from "./policy.ts";

export type GradingInput = {
  policy: Policy;
  /** This attempt's number among those that count against the cap. */
  attempt: number;
  /** The request itself asks for tests or checks to be changed or removed. */
  asksForTestChanges: boolean;
};
export type AttemptView = GradingInput & { evidence: Evidence };
export type Rule = Pick<Grade, "grade" | "reason"> & {
  name: string;
  /** Why the rule matches, in words a person can act on; null when it does not. */
  because: (view: AttemptView) => string | null;
};

/** Violations with a reason of their own; every other one is a safety violation. */
const OWN_REASON: ReadonlySet<Violation["rule"]> = new Set(["agent_pushed", "protected_path"]);

/** First match wins. The order is the policy: what must never pass stands before what may. */
export const RULES: readonly Rule[] = [
  rule("contributions refused", "HUMAN_REVIEW", "contributions_refused", ({ evidence }) =>
    refusedByTarget(evidence),
  ),
  rule("preflight hard", "HUMAN_REVIEW", "preflight_hard_failure", ({ evidence }) =>
    failedChecks(evidence, false),
  ),
  rule("preflight transient", "RETRYABLE", "preflight_transient_failure", ({ evidence }) =>
    failedChecks(evidence, true),
  ),
  rule("safety", "HUMAN_REVIEW", "safety_violation", ({ evidence }) =>
    violations(evidence, (name) => !OWN_REASON.has(name)),
  ),
  rule("agent pushed", "HUMAN_REVIEW", "agent_push_disallowed", ({ evidence }) =>
    violations(evidence, (name) => name === "agent_pushed"),
  ),
  rule("protected path", "HUMAN_REVIEW", "protected_path_changed", ({ evidence }) =>
    violations(evidence, (name) => name === "protected_path"),
  ),
  rule("contract invalid", "HUMAN_REVIEW", "contract_invalid", ({ evidence }) =>
    contractSays(evidence, "invalid"),
  ),
  rule("contract skip", "HUMAN_REVIEW", "contract_skip", ({ evidence }) => contractSays(evidence, "skip")),
  rule("contract needs review", "HUMAN_REVIEW", "contract_needs_review", ({ evidence }) =>
    contractSays(evidence, "needs_review"),
  ),
  rule("tests weakened", "HUMAN_REVIEW", "tests_weakened", weakened),
  rule("over budget", "HUMAN_REVIEW", "diff_budget_exceeded", ({ evidence, policy }) =>
    evidence.diff === null ? null : joined(overBudget(evidence.diff, policy)),
  ),
  ...(
    [
      ["cancelled", "HUMAN_REVIEW", "runtime_cancelled"],
      ["provider_limit", "RETRYABLE", "provider_limit"],
      ["unauthorized", "HUMAN_REVIEW", "runtime_hard_failure"],
      ["missing_binary", "HUMAN_REVIEW", "runtime_hard_failure"],
      ["rate_limited", "RETRYABLE", "runtime_transient_failure"],
      ["server_error", "RETRYABLE", "runtime_transient_failure"],
      ["stream_cut", "RETRYABLE", "runtime_transient_failure"],
      ["stalled", "RETRYABLE", "runtime_stalled"],
      ["timed_out", "RETRYABLE", "runtime_timed_out"],
      ["over_budget", "HUMAN_REVIEW", "run_budget_exhausted"],
      ["crashed", "RETRYABLE", "runtime_crashed"],
      ["out_of_memory", "RETRYABLE", "runtime_crashed"],
      ["unknown", "RETRYABLE", "runtime_unknown_failure"],
    ] as const
  ).map(([kind, grade, reason]) =>
    rule(`codex ${kind}`, grade, reason, ({ evidence }) => codexEnded(evidence.codex, kind)),
  ),
  rule("codex never ran", "RETRYABLE", "runtime_unknown_failure", ({ evidence }) => neverRan(evidence)),
  rule("conflict left", "RETRYABLE", "base_conflict_unresolved", ({ evidence }) => conflictLeft(evidence)),
  rule("questions answered", "PASS", "review_answered", ({ evidence }) => answeredAll(evidence, true)),
  rule("question unanswered", "RETRYABLE", "answer_missing", ({ evidence }) => answeredAll(evidence, false)),
  rule("no change", "RETRYABLE", "no_change", ({ evidence }) =>
    (evidence.diff?.files.length ?? 0) === 0 ? "The attempt ended without changing a file" : null,
  ),
  rule("new failures", "RETRYABLE", "new_test_failures", (view) => verdict(view, "new_failure")),
  rule("worker's own failures", "RETRYABLE", "new_test_failures", ({ evidence }) =>
    failingInStream(evidence),
  ),
  rule("flaky", "HUMAN_REVIEW", "flaky_tests", (view) => verdict(view, "flaky")),
  rule("unproven", "HUMAN_REVIEW", "missing_test_evidence", ({ evidence }) => unprovenTests(evidence)),
  rule("no test infrastructure", "PASS", "runtime_success_no_test_infra_with_validation", withoutTests),
  rule("no evidence", "HUMAN_REVIEW", "missing_test_evidence", (view) => missingEvidence(view, "missing")),
  rule("too little evidence", "HUMAN_REVIEW", "insufficient_test_evidence", (view) =>
    missingEvidence(view, "insufficient"),
  ),
  rule("allow-listed failures", "PASS", "runtime_success_allowlisted_test_failures", (view) =>
    excused(view, true),
  ),
  rule("failures of the base", "PASS", "runtime_success_preexisting_failures", (view) =>
    excused(view, false),
  ),
  rule("success", "PASS", "runtime_success", () => "The change is within its limits and its tests passed"),
];

function rule(name: string, grade: Grade["grade"], reason: Grade["reason"], because: Rule["because"]): Rule {
  return { name, grade, reason, because };
}

/** One hard failure makes waiting useless, whatever else was only transient. */
function failedChecks({ preflight }: Evidence, transient: boolean): string | null {
  const failed = preflight.filter((check) => !check.ok && check.transient === transient);
  return joined(failed.map((check) => `${check.name}: ${check.detail}`));
}

function violations(evidence: Evidence, counts: (rule: Violation["rule"]) => boolean): string | null {
  const found = evidence.violations.filter((violation) => counts(violation.rule));
  return joined(found.map(({ rule: name, path, detail }) => `${name}: ${path ?? "the attempt"}: ${detail}`));
}

function weakened({ evidence, asksForTestChanges }: AttemptView): string | null {
  if (asksForTestChanges) return null;
  return joined(evidence.weakenings.map(({ kind, path, detail }) => `${kind}: ${path}: ${detail}`));
}

function codexEnded(codex: CodexEnd | null, kind: CodexEnd["kind"]): string | null {
  if (codex?.kind !== kind) return null;
  const reset =
    codex.resetAt === null ? "" : `; the limit resets at ${new Date(codex.resetAt).toISOString()}`;
  return `Codex ended as ${kind}: ${codex.message ?? `exit code ${codex.exitCode ?? "none"}`}${reset}`;
}

function verdict({ evidence }: AttemptView, wanted: "new_failure" | "flaky"): string | null {
  const found = (evidence.verification?.commands ?? []).filter((command) => command.verdict === wanted);
  return joined(
    found.map(({ command, newFailures }) => `${command}: ${newFailures.join(", ") || "it fails"}`),
  );
}

/** Failures that count as nobody's: the base has them too, or, where the base was not asked, the policy knows them. */
function excused({ evidence }: AttemptView, byAllowlist: boolean): string | null {
  const known = (evidence.verification?.commands ?? []).filter(({ verdict: is }) => is === "preexisting");
  const found = known.filter(({ base }) => (base === null) === byAllowlist);
  return joined(
    found.map(({ command, head }) => `${command}: ${head.failing?.join(", ") ?? "known to fail"}`),
  );
}

function joined(reasons: readonly string[]): string | null {
  return reasons.length === 0 ? null : reasons.join("; ");
}
