import { expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  CODEX_ENDS,
  type Evidence,
  NO_USAGE,
  type VerifiedCommand,
  type VerifyRun,
  VIOLATION_RULES,
} from "../../src/core/evidence.ts";
import { gradeAttempt } from "../../src/core/grading.ts";
import { REFUSAL_CHECK } from "../../src/core/grading-consent.ts";
import { DEFAULT_POLICY, type Policy } from "../../src/core/policy.ts";

const RUN: VerifyRun = { exitCode: 0, timedOut: false, durationMs: 1, failing: [], ran: 3, outputTail: "" };
const RED: VerifyRun = { ...RUN, exitCode: 1, failing: ["a"] };

function verified(changed: Partial<VerifiedCommand> = {}): VerifiedCommand {
  const command = {
    command: "npm test",
    kind: "test",
    origin: "manifest",
    head: RUN,
    again: null,
    base: null,
  } as const;
  return { ...command, verdict: "passed", newFailures: [], ...changed };
}

function verification(...commands: VerifiedCommand[]): Pick<Evidence, "verification"> {
  return { verification: { mode: "baseline", dependencies: "none", commands } };
}

function ended(kind: (typeof CODEX_ENDS)[number], resetAt: number | null = null): Pick<Evidence, "codex"> {
  return { codex: { kind, exitCode: kind === "finished" ? 0 : 1, signal: null, message: null, resetAt } };
}

const FILE = {
  path: "a",
  oldPath: null,
  status: "modified",
  added: 1,
  deleted: 0,
  binary: false,
  mode: "100644",
} as const;
const GOOD: Evidence = {
  preflight: [{ name: "disk", ok: true, transient: false, detail: "" }],
  ...ended("finished"),
  commands: [],
  diff: { files: [FILE], addedLines: 1, deletedLines: 0, patchBytes: 100 },
  violations: [],
  weakenings: [],
  ...verification(verified()),
  contract: null,
  usage: NO_USAGE,
};

function grade(
  changed: Partial<Evidence>,
  more: { policy?: Partial<Policy>; attempt?: number; asksForTestChanges?: boolean } = {},
) {
  const { policy = {}, attempt = 1, asksForTestChanges = false } = more;
  return gradeAttempt(
    { ...GOOD, ...changed },
    { policy: { ...DEFAULT_POLICY, ...policy }, attempt, asksForTestChanges },
  );
}

const check = (transient: boolean) => ({ name: "mirror", ok: false, transient, detail: "no answer" });
const violation = (rule: (typeof VIOLATION_RULES)[number]) => ({ rule, path: "x", detail: "y" });
const WEAKER = { kind: "test_deleted", path: "t", detail: "d" } as const;
const newFailure = verified({ head: RED, again: RED, base: RUN, verdict: "new_failure", newFailures: ["a"] });
const flaky = verified({ head: RED, again: RUN, verdict: "flaky", newFailures: ["a"] });
const preexisting = verified({ head: RED, again: RED, base: RED, verdict: "preexisting" });
const allowed = verified({ head: RED, again: RED, verdict: "preexisting" });
const none = verified({ verdict: "not_a_test_run" });
const ran = (command: string, exitCode: number | null = 0) => ({ command, exitCode, durationMs: 1 });

const REFUSED = { name: REFUSAL_CHECK, ok: false, transient: false, detail: "CONTRIBUTING.md says no" };

test.each<[string, Partial<Evidence>, string, string]>([
  ["all well", {}, "PASS", "runtime_success"],
  [
    "preflight failed for now",
    { preflight: [check(true)], codex: null },
    "RETRYABLE",
    "preflight_transient_failure",
  ],
  [
    "preflight failed for good",
    { preflight: [check(true), check(false)], codex: null },
    "HUMAN_REVIEW",
    "preflight_hard_failure",
  ],
  ["a secret", { violations: [violation("secret_found")] }, "HUMAN_REVIEW", "safety_violation"],
  [
    "a push and a secret",
    { violations: [violation("agent_pushed"), violation("secret_found")] },
    "HUMAN_REVIEW",
    "safety_violation",
  ],
  ["a push", { violations: [violation("agent_pushed")] }, "HUMAN_REVIEW", "agent_push_disallowed"],
  [
    "a protected path",
    { violations: [violation("protected_path")] },
    "HUMAN_REVIEW",
    "protected_path_changed",
  ],
  ["weakened tests", { weakenings: [WEAKER] }, "HUMAN_REVIEW", "tests_weakened"],
  [
    "too much",
    { diff: { files: [FILE], addedLines: 121, deletedLines: 0, patchBytes: 1 } },
    "HUMAN_REVIEW",
    "diff_budget_exceeded",
  ],
  [
    "a target that refuses machines",
    { preflight: [check(false), REFUSED], codex: null },
    "HUMAN_REVIEW",
    "contributions_refused",
  ],
  [
    "a contract that skips",
    { contract: { decision: "skip", reasons: ["done"] } },
    "HUMAN_REVIEW",
    "contract_skip",
  ],
  [
    "a contract that asks for a person, whatever else there is",
    { contract: { decision: "needs_review", reasons: [] }, ...verification(newFailure), diff: null },
    "HUMAN_REVIEW",
    "contract_needs_review",
  ],
  ["a contract that goes on", { contract: { decision: "proceed", reasons: [] } }, "PASS", "runtime_success"],
  [
    "a push and a contract that skips",
    { violations: [violation("agent_pushed")], contract: { decision: "skip", reasons: [] } },
    "HUMAN_REVIEW",
    "agent_push_disallowed",
  ],
  [
    "a contract that is not valid",
    { contract: { decision: "invalid", reasons: ["no JSON"] }, diff: null },
    "HUMAN_REVIEW",
    "contract_invalid",
  ],
  [
    "nothing changed",
    { diff: { files: [], addedLines: 0, deletedLines: 0, patchBytes: 0 } },
    "RETRYABLE",
    "no_change",
  ],
  ["new failures", verification(preexisting, newFailure, flaky), "RETRYABLE", "new_test_failures"],
  ["flaky", verification(verified(), flaky), "HUMAN_REVIEW", "flaky_tests"],
  ["no test at all", verification(), "HUMAN_REVIEW", "missing_test_evidence"],
  [
    "only linting",
    verification(verified({ kind: "lint", command: "eslint ." })),
    "HUMAN_REVIEW",
    "missing_test_evidence",
  ],
  [
    "tests that ran nothing",
    { ...verification(none), commands: [ran("npm test")] },
    "HUMAN_REVIEW",
    "missing_test_evidence",
  ],
  [
    "seen in the stream",
    { ...verification(), commands: [ran("bash -lc 'npm test'")] },
    "PASS",
    "runtime_success",
  ],
  [
    "seen in the stream before anything could be edited",
    { ...verification(), commands: [{ ...ran("npm test"), readOnlyTurn: true }] },
    "HUMAN_REVIEW",
    "missing_test_evidence",
  ],
  [
    "failing in the stream at last",
    { ...verification(), commands: [ran("npm test"), ran("npm test", 1)] },
    "HUMAN_REVIEW",
    "missing_test_evidence",
  ],
  [
    "only words about tests",
    { ...verification(), commands: [ran("cat pytest.ini"), ran('echo "npm test"')] },
    "HUMAN_REVIEW",
    "missing_test_evidence",
  ],
  ["failures of the base", verification(preexisting), "PASS", "runtime_success_preexisting_failures"],
  [
    "failures the policy knows",
    verification(preexisting, allowed),
    "PASS",
    "runtime_success_allowlisted_test_failures",
  ],
  ["provider limit", ended("provider_limit", 1_800_000_000_000), "RETRYABLE", "provider_limit"],
  ["unauthorised", ended("unauthorized"), "HUMAN_REVIEW", "runtime_hard_failure"],
  ["no binary", ended("missing_binary"), "HUMAN_REVIEW", "runtime_hard_failure"],
  ["rate limit", ended("rate_limited"), "RETRYABLE", "runtime_transient_failure"],
  ["stalled", ended("stalled"), "RETRYABLE", "runtime_stalled"],
  ["timed out", ended("timed_out"), "RETRYABLE", "runtime_timed_out"],
  ["crashed", ended("crashed"), "RETRYABLE", "runtime_crashed"],
  ["out of memory", ended("out_of_memory"), "RETRYABLE", "runtime_crashed"],
  ["cancelled", ended("cancelled"), "HUMAN_REVIEW", "runtime_cancelled"],
  ["unknown", ended("unknown"), "RETRYABLE", "runtime_unknown_failure"],
  ["Codex never ran", { codex: null }, "RETRYABLE", "runtime_unknown_failure"],
])("%s", (_title, changed, expected, reason) => {
  expect(grade(changed)).toMatchObject({ grade: expected, reason, because: expect.stringMatching(/\S/) });
});

test("what the request asks for is no weakening", () => {
  expect(grade({ weakenings: [WEAKER] }, { asksForTestChanges: true }).grade).toBe("PASS");
});

test("the number of test commands that the policy asks for counts", () => {
  expect(grade({}, { policy: { min_test_commands: 2 } }).reason).toBe("insufficient_test_evidence");
  expect(grade(verification(), { policy: { min_test_commands: 0 } }).grade).toBe("PASS");
});

test("beyond the cap a person decides; a provider's limit is not charged, and 0 means no cap", () => {
  const policy = { max_retryable_attempts: 3 };

  expect(grade(ended("crashed"), { policy, attempt: 3 }).grade).toBe("RETRYABLE");
  expect(grade(ended("crashed"), { policy, attempt: 4 })).toMatchObject({
    grade: "HUMAN_REVIEW",
    reason: "retryable_limit_exceeded",
    because: expect.stringContaining("runtime_crashed"),
  });
  expect(grade(ended("provider_limit"), { policy, attempt: 9 }).grade).toBe("RETRYABLE");
  expect(grade(ended("crashed"), { policy: { max_retryable_attempts: 0 }, attempt: 99 }).grade).toBe(
    "RETRYABLE",
  );
});

test("nothing bad that is added to the evidence turns a grade into PASS, and safety always ends with a person", () => {
  const commands = fc.array(fc.constantFrom(verified(), newFailure, flaky, preexisting, allowed, none), {
    maxLength: 3,
  });
  const evidence = fc.record({
    codex: fc.constantFrom(...CODEX_ENDS).map((kind) => ended(kind).codex),
    violations: fc.array(fc.constantFrom(...VIOLATION_RULES).map(violation), { maxLength: 2 }),
    weakenings: fc.boolean().map((is) => (is ? [WEAKER] : [])),
    verification: commands.map((list) => verification(...list).verification),
  });
  const worse: readonly ((from: Partial<Evidence>) => Partial<Evidence>)[] = [
    (from) => ({ ...from, violations: [...(from.violations ?? []), violation("secret_found")] }),
    (from) => ({ ...from, weakenings: [...(from.weakenings ?? []), WEAKER] }),
    (from) => ({ ...from, ...verification(...(from.verification?.commands ?? []), newFailure) }),
    (from) => ({ ...from, ...verification(...(from.verification?.commands ?? []), flaky) }),
    (from) => ({ ...from, ...ended("crashed") }),
    (from) => ({ ...from, preflight: [check(false)] }),
    (from) => ({ ...from, contract: { decision: "needs_review", reasons: ["why"] } }),
  ];
  fc.assert(
    fc.property(evidence, fc.constantFrom(...worse), (from, spoil) => {
      const after = grade(spoil(from));
      expect(after.grade).not.toBe("PASS");
      if (grade(from).grade === "HUMAN_REVIEW" && (from.violations.length > 0 || from.weakenings.length > 0))
        expect(after.grade).toBe("HUMAN_REVIEW");
    }),
    { numRuns: 400, seed: 13 },
  );
});
