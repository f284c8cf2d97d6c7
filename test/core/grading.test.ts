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
import { RULES } from "../../src/core/grading-rules.ts";
import { gradeQuestion, heedAnswer } from "../../src/core/grading-without-tests.ts";
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

const untested = (...commands: VerifiedCommand[]): Pick<Evidence, "verification"> => ({
  verification: { mode: "baseline", dependencies: "none", commands, infrastructure: [] },
});

const OFF: Pick<Evidence, "verification"> = {
  verification: { mode: "off", dependencies: "none", commands: [] },
};

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
    "a contract that skips, and Codex was cut off",
    { contract: { decision: "skip", reasons: ["done"] }, ...ended("stalled") },
    "RETRYABLE",
    "runtime_stalled",
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
  ["seen in the stream", { ...OFF, commands: [ran("bash -lc 'npm test'")] }, "PASS", "runtime_success"],
  [
    "failing in the stream at last",
    { ...OFF, commands: [ran("npm test"), ran("npm test", 1)] },
    "RETRYABLE",
    "new_test_failures",
  ],
  [
    "failing in the stream, and passing in the end",
    { ...OFF, commands: [ran("npm test", 1), ran("CI=1 npm test")] },
    "PASS",
    "runtime_success",
  ],
  [
    "failing in the stream, though the verifier saw it pass",
    { commands: [ran("npm test", 1)] },
    "PASS",
    "runtime_success",
  ],
  [
    "seen in the stream, but the verifier found nothing to run",
    { ...verification(), commands: [ran("npm test")] },
    "HUMAN_REVIEW",
    "missing_test_evidence",
  ],
  [
    "seen in the stream before anything could be edited",
    { ...OFF, commands: [{ ...ran("npm test"), readOnlyTurn: true }] },
    "HUMAN_REVIEW",
    "missing_test_evidence",
  ],
  [
    "linted before anything could be edited",
    { ...untested(), commands: [{ ...ran("npx eslint ."), readOnlyTurn: true }] },
    "HUMAN_REVIEW",
    "missing_test_evidence",
  ],
  [
    "seen before the last edit",
    { ...OFF, commands: [{ ...ran("npm test"), stale: true }] },
    "HUMAN_REVIEW",
    "missing_test_evidence",
  ],
  [
    "seen before a command that edits",
    { ...OFF, commands: [ran("npm test"), ran("sed -i s/a/b/ src/a.js")] },
    "HUMAN_REVIEW",
    "missing_test_evidence",
  ],
  [
    "edited and tested in one line",
    { ...OFF, commands: [ran("sed -i s/a/b/ src/a.js && npm test")] },
    "PASS",
    "runtime_success",
  ],
  [
    "tested and edited in one line",
    { ...OFF, commands: [ran("npm test && sed -i s/a/b/ src/a.js")] },
    "HUMAN_REVIEW",
    "missing_test_evidence",
  ],
  [
    "an exit code that is not the tests'",
    { ...OFF, commands: [ran("npm test || true"), ran("pytest | tail -3"), ran("jest; exit 0")] },
    "HUMAN_REVIEW",
    "missing_test_evidence",
  ],
  [
    "failing in the stream at last, with nothing that could be verified",
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
  [
    "a green run of a lent runner that cannot fail",
    verification(verified(), verified({ verdict: "unproven", doubt: "it is green on broken code" })),
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

test("one test run by other words is one test command", () => {
  const commands = [ran("bash -lc 'npm test'"), ran("CI=1 npm  test 2>&1")];

  expect(grade({ commands }, { policy: { min_test_commands: 2 } }).reason).toBe("insufficient_test_evidence");
  expect(
    grade({ commands: [...commands, ran("npm run e2e")] }, { policy: { min_test_commands: 2 } }).grade,
  ).toBe("PASS");
});

const LINTED = verified({ kind: "lint", command: "eslint ." });
const NO_TESTS = "runtime_success_no_test_infra_with_validation";

test.each<[string, Partial<Evidence>, Partial<Policy>, string]>([
  ["a linter passed", untested(LINTED), {}, NO_TESTS],
  ["the worker's linter passed", { ...untested(), commands: [ran("npx eslint src")] }, {}, NO_TESTS],
  ["rules alone", untested(LINTED), { runtime_grading_mode: "rules" }, "missing_test_evidence"],
  ["the model is asked later", untested(LINTED), { runtime_grading_mode: "hybrid_llm" }, NO_TESTS],
  ["nothing was checked", untested(), {}, "missing_test_evidence"],
  ["nobody has looked for tests", verification(LINTED), {}, "missing_test_evidence"],
  [
    "there are signs of tests",
    {
      verification: {
        mode: "baseline",
        dependencies: "none",
        commands: [LINTED],
        infrastructure: ["tests/a.py"],
      },
    },
    {},
    "missing_test_evidence",
  ],
  ["a test was planned, but ran nothing", untested(LINTED, none), {}, "missing_test_evidence"],
  [
    "the worker's linter fails",
    { ...untested(), commands: [ran("npx eslint src"), ran("npx tsc --noEmit", 2)] },
    {},
    "missing_test_evidence",
  ],
  [
    "it is not small",
    { ...untested(LINTED), diff: { files: [FILE], addedLines: 241, deletedLines: 0, patchBytes: 1 } },
    { max_added_lines: 0 },
    "missing_test_evidence",
  ],
  [
    "a linter complains anew",
    untested(verified({ ...LINTED, verdict: "new_failure" })),
    {},
    "new_test_failures",
  ],
  ["tests were weakened", { ...untested(LINTED), weakenings: [WEAKER] }, {}, "tests_weakened"],
])("without any tests in the repository: %s", (_title, changed, policy, reason) => {
  expect(grade(changed, { policy }).reason).toBe(reason);
});

test("the model's answer settles that one question, and reaches no other grade", () => {
  const policy = { ...DEFAULT_POLICY, runtime_grading_mode: "hybrid_llm" } as const;
  const ask = (changed: Partial<Evidence>) => {
    const evidence = { ...GOOD, ...changed };
    const rules = gradeAttempt(evidence, { policy, attempt: 1, asksForTestChanges: false });
    return { rules, question: gradeQuestion(rules, { evidence, policy }) };
  };
  const answers = [{ verdict: "pass", reason: "x" }, { verdict: "review", reason: "x" }, null] as const;
  const settled = (changed: Partial<Evidence>) => {
    const { rules, question } = ask(changed);
    return answers.map((answer) => heedAnswer(rules, question, answer).reason);
  };

  expect(ask(untested(LINTED)).question).toMatchObject({ grade: "PASS", validations: ["eslint ."] });
  expect(settled(untested(LINTED))).toEqual([NO_TESTS, "missing_test_evidence", NO_TESTS]);
  expect(settled(untested())).toEqual([NO_TESTS, "missing_test_evidence", "missing_test_evidence"]);
  for (const other of [{}, { weakenings: [WEAKER] }, verification(newFailure), ended("crashed")])
    expect(new Set(settled(other)).size).toBe(1);
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

/** Where in the table the rule stands that gave a grade: the earlier, the worse. */
function rank(evidence: Partial<Evidence>, policy: Partial<Policy>): number {
  const found = grade(evidence, { policy, attempt: 1 });
  return RULES.findIndex(({ reason, grade: is }) => reason === found.reason && is === found.grade);
}

const commandLists = fc.array(
  fc.constantFrom(verified(), newFailure, flaky, preexisting, allowed, none, LINTED),
  { maxLength: 3 },
);
const anyEvidence: fc.Arbitrary<Partial<Evidence>> = fc.record({
  codex: fc.constantFrom("finished" as const, ...CODEX_ENDS).map((kind) => ended(kind).codex),
  violations: fc.array(fc.constantFrom(...VIOLATION_RULES).map(violation), { maxLength: 2 }),
  weakenings: fc.boolean().map((is) => (is ? [WEAKER] : [])),
  commands: fc.array(fc.constantFrom(ran("npm test"), ran("npx eslint ."), ran("pytest", 1), ran("ls")), {
    maxLength: 3,
  }),
  verification: fc.oneof(
    commandLists.map((list) => verification(...list).verification),
    commandLists.map((list) => untested(...list).verification),
    fc.constant(OFF.verification),
  ),
});
const anyPolicy = fc.record({
  runtime_grading_mode: fc.constantFrom("rules" as const, "hybrid" as const, "hybrid_llm" as const),
  min_test_commands: fc.constantFrom(0, 1, 2),
});
const verifiedAlso = (from: Partial<Evidence>, command: VerifiedCommand): Partial<Evidence> =>
  from.verification
    ? { ...from, verification: { ...from.verification, commands: [...from.verification.commands, command] } }
    : from;
const alsoRan = (from: Partial<Evidence>, ...more: ReturnType<typeof ran>[]) => ({
  ...from,
  commands: [...(from.commands ?? []), ...more],
});
const SPOILERS: readonly ((from: Partial<Evidence>) => Partial<Evidence>)[] = [
  ...VIOLATION_RULES.map((rule) => (from: Partial<Evidence>) => ({
    ...from,
    violations: [...(from.violations ?? []), violation(rule)],
  })),
  (from) => ({ ...from, weakenings: [...(from.weakenings ?? []), WEAKER] }),
  (from) => verifiedAlso(from, newFailure),
  (from) => verifiedAlso(from, flaky),
  (from) => verifiedAlso(from, { ...LINTED, verdict: "new_failure" }),
  (from) => alsoRan(from, ran("npm test", 1)),
  (from) => alsoRan(from, ran("npx eslint .", 1)),
  (from) => alsoRan(from, ran("sed -i s/a/b/ src/a.js")),
  (from) => ({ ...from, preflight: [check(false)] }),
  (from) => ({ ...from, preflight: [REFUSED] }),
  (from) => ({ ...from, contract: { decision: "needs_review", reasons: ["why"] } }),
  (from) => ({ ...from, diff: { files: [FILE], addedLines: 100_000, deletedLines: 0, patchBytes: 1 } }),
];

test("nothing bad that is added to the evidence improves a grade", () => {
  fc.assert(
    fc.property(anyEvidence, anyPolicy, fc.constantFrom(...SPOILERS), (from, policy, spoil) => {
      const [before, after] = [grade(from, { policy }).grade, grade(spoil(from), { policy }).grade];
      if (before !== "PASS") expect(after).not.toBe("PASS");
      expect(rank(spoil(from), policy)).toBeLessThanOrEqual(rank(from, policy));
    }),
    { numRuns: 1_500, seed: 13 },
  );
});

test("a violation, a new failure or a flaky result never passes, whatever else there is", () => {
  const fatal = [
    ...VIOLATION_RULES.map((rule) => (from: Partial<Evidence>) => ({
      ...from,
      violations: [violation(rule)],
    })),
    (from: Partial<Evidence>) => ({ ...from, ...verification(verified(), newFailure) }),
    (from: Partial<Evidence>) => ({ ...from, ...verification(flaky, verified()) }),
    (from: Partial<Evidence>) => ({ ...from, ...ended("crashed") }),
  ];
  fc.assert(
    fc.property(anyEvidence, anyPolicy, fc.constantFrom(...fatal), (from, policy, spoil) => {
      expect(grade(spoil(from), { policy }).grade).not.toBe("PASS");
    }),
    { numRuns: 500, seed: 17 },
  );
});
