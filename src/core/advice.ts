import type { Reason } from "./grade.ts";

export type Advice = {
  /** What the reason means. */
  means: string;
  /** What a person can do about it. */
  todo: string;
};

/** Every reason in words. docs/reason-codes.md shows this very table. */
export const ADVICE: Readonly<Record<Reason, Advice>> = {
  runtime_success: {
    means: "within its limits, and its tests passed",
    todo: "review, and request the pull request",
  },
  runtime_success_preexisting_failures: {
    means: "the only failing tests fail on the base too",
    todo: "check that they are known; mention them in the pull request",
  },
  runtime_success_allowlisted_test_failures: {
    means: "the only failing tests are on the policy's list",
    todo: "check that the list is still right",
  },
  runtime_success_no_test_infra_with_validation: {
    means: "the repository has no tests; a small change passed its linters (`runtime_grading_mode`)",
    todo: "read the whole change: nothing but linters has looked at it",
  },
  review_answered: {
    means: "reviewers only asked questions, and each of them has an answer; nothing was changed",
    todo: "read the answers in their threads",
  },
  contributions_refused: {
    means: "the target's documents refuse contributions by machines; Codex did not run",
    todo: "ask its maintainers; if they agree, set `respect_ai_refusal: false`",
  },
  preflight_transient_failure: {
    means: "something was away before Codex started: network, disk, mirror",
    todo: "nothing; look at the machine if it stays",
  },
  preflight_hard_failure: {
    means: "something is missing for good: a tool, a right, a branch",
    todo: "mend it, then retry",
  },
  safety_violation: {
    means: "a secret, a link that leaves the tree, a forbidden mode or git setting in the change",
    todo: "read the change before anything else; retry with a note, or cancel",
  },
  agent_push_disallowed: {
    means: "the agent tried to publish by itself",
    todo: "read its commands; retry with a note",
  },
  protected_path_changed: {
    means: "a path of `protected_paths` was changed",
    todo: "retry with a note, or allow the path in the policy",
  },
  tests_weakened: {
    means: "a test or check was deleted, skipped or loosened without being asked",
    todo: "retry with a note, or say in the request that it is wanted",
  },
  diff_budget_exceeded: {
    means: "more files or lines than the policy allows",
    todo: "raise the budget for this repository, or ask for less",
  },
  contract_invalid: {
    means: "the worker's contract was not valid, nor was its second try; nothing was edited",
    todo: "read what is wrong with it; retry with a note, or set `skills_mode`",
  },
  contract_skip: {
    means: "the worker found that there is nothing to do here, and says why",
    todo: "cancel, or retry with a note that says what is missing",
  },
  contract_needs_review: {
    means: "the worker found something that a person has to decide before it goes on",
    todo: "decide it, and retry with the decision as a note",
  },
  base_conflict_unresolved: {
    means: "the base branch moved and conflicts, and marks of that are still in the files",
    todo: "nothing at first; after the last try, merge the base into the branch by hand",
  },
  answer_missing: {
    means: "a reviewer's question was left without an answer",
    todo: "nothing at first; after the last try, answer it in its thread",
  },
  no_change: {
    means: "nothing was changed",
    todo: "say in a note what is missing; perhaps it is done already",
  },
  new_test_failures: {
    means: "tests fail that do not fail on the base",
    todo: "nothing at first; after the last try, read the failures and add a note",
  },
  flaky_tests: {
    means: "the same tree gave different results",
    todo: "find out which tests; put known ones on `known_test_failure_allowlist`",
  },
  missing_test_evidence: {
    means: "no test was seen to run on the change as it is, or a lent runner cannot fail",
    todo: "name the commands in `verify_commands`; `verify_dependencies: install`",
  },
  insufficient_test_evidence: {
    means: "fewer tests were run than `min_test_commands` asks for",
    todo: "name the commands in `verify_commands`, or ask for fewer",
  },
  provider_limit: {
    means: "the model provider's limit is used up; the next try waits until it resets",
    todo: "wait, or use another key",
  },
  runtime_transient_failure: {
    means: "the model provider failed for a moment",
    todo: "nothing",
  },
  runtime_hard_failure: {
    means: "Codex cannot run so: wrong key, missing program",
    todo: "run `agentpr doctor --require-codex`, then retry",
  },
  runtime_stalled: {
    means: "Codex was silent for `silence_seconds`",
    todo: "nothing at first; raise the limit if its commands are slow",
  },
  runtime_timed_out: {
    means: "a turn or the attempt took too long",
    todo: "raise `turn_seconds` or `max_agent_seconds`, or ask for less",
  },
  run_budget_exhausted: {
    means: "Codex was stopped: it had used up the tokens or the money reserved for it",
    todo: "retry, or with `--budget +N` where the limit is used up; ask for less",
  },
  runtime_crashed: {
    means: "Codex ended without an answer, or ran out of memory",
    todo: "look at the machine if it stays",
  },
  runtime_cancelled: {
    means: "it was stopped from outside",
    todo: "resume or retry when ready",
  },
  runtime_unknown_failure: {
    means: "it ended in a way that no rule knows",
    todo: "read the attempt's events",
  },
  retryable_limit_exceeded: {
    means: "it was retryable once too often",
    todo: "read the last attempts, add a note, retry",
  },
};
