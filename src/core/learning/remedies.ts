import type { Reason } from "../grade.ts";
import { testEvidence } from "../grading-evidence.ts";
import type { Policy, PolicyKey } from "../policy.ts";
import type { PastAttempt } from "./past-attempt.ts";

/** Another value of the policy, read from the attempts that ended for the reason; null where they do not speak for one. */
export type PolicyRemedy = {
  readonly key: PolicyKey;
  readonly value: (attempts: readonly PastAttempt[], policy: Policy, least: number) => unknown;
};

type Size = (attempt: PastAttempt) => number;

/** A limit is raised to what was needed, and never to more than its double: beyond that, less should be asked for. */
function raised(key: "max_changed_files" | "max_added_lines" | "max_patch_bytes", size: Size): PolicyRemedy {
  return {
    key,
    value: (attempts, policy, least) => {
      const over = attempts.map(size).filter((is) => is > policy[key] && is <= policy[key] * 2);
      return over.length >= least ? Math.max(...over) : null;
    },
  };
}

function longer(key: "max_agent_seconds" | "silence_seconds", most: number): PolicyRemedy {
  const value: PolicyRemedy["value"] = (_attempts, policy) => {
    const now = policy[key];
    const next = Math.min(most, Math.ceil((now * 1.5) / 60) * 60);
    return now > 0 && next > now ? next : null;
  };
  return { key, value };
}

/** As many test commands as there were, where there was at least one. */
const FEWER_TESTS: PolicyRemedy = {
  key: "min_test_commands",
  value: (attempts, policy, least) => {
    const seen = attempts.map(({ evidence }) => testEvidence(evidence).length);
    const some = seen.filter((count) => count >= 1 && count < policy.min_test_commands);
    return some.length >= least ? Math.min(...some) : null;
  },
};

export const POLICY_REMEDIES: Readonly<Partial<Record<Reason, readonly PolicyRemedy[]>>> = {
  diff_budget_exceeded: [
    raised("max_changed_files", ({ evidence }) => evidence.diff?.files.length ?? 0),
    raised("max_added_lines", ({ evidence }) => evidence.diff?.addedLines ?? 0),
    raised("max_patch_bytes", ({ evidence }) => evidence.diff?.patchBytes ?? 0),
  ],
  insufficient_test_evidence: [FEWER_TESTS],
  runtime_timed_out: [longer("max_agent_seconds", 7_200)],
  runtime_stalled: [longer("silence_seconds", 3_600)],
};

/** What the worker should be told that it was not told well enough, for a prompt or a skill. */
export const LESSONS: Readonly<Partial<Record<Reason, string>>> = {
  agent_push_disallowed:
    "Do not commit, push or open anything: the engine publishes what is left in the work tree.",
  protected_path_changed:
    "Before you stop, look through `git status`: CI definitions, ownership files, instructions for agents and lock files without their manifest must be as they were.",
  tests_weakened:
    "Leave every test, threshold and check setting as strict as it was. Where a test itself is wrong, say so in your notes and leave it.",
  diff_budget_exceeded:
    "Run `git diff --stat` before you stop, and compare it with the budget in the task packet; take back what the request does not need.",
  contract_invalid:
    "Read the contract once more before you answer: every field is there, every command has a source, and it is JSON alone.",
  no_change:
    "Do not end without a change unless there is nothing to do; then answer `needs_review`, and say what you looked at and why it is enough.",
  new_test_failures:
    "After the last edit run the tests of every file that you touched, and the tests that import it. One that fails now and did not before is yours to mend.",
  missing_test_evidence:
    "After the last edit run the repository's own tests by its own command, with nothing piped behind it: what was not seen to run does not count.",
};
