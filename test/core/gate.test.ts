import { expect, test } from "@jest/globals";
import { type GateFacts, judgeGate, type Surroundings } from "../../src/core/gate.ts";
import { GATE_CHECKS } from "../../src/core/gate-checks.ts";
import { DEFAULT_POLICY } from "../../src/core/policy.ts";
import { sampleChange, sampleEvidence, sampleReport, verified } from "./sample-report.ts";
import { HEAD, OTHER, runIn } from "./sample-run.ts";

const PROCEEDS = {
  kind: "valid",
  contract: {
    decision: "proceed",
    reasons: [],
    toolchain: { install: [], test: [], lint: [] },
    conventions: { commit: null, branch: null },
    scope: [],
    risks: [],
    notes: "",
  },
} as const satisfies { kind: "valid"; contract: object };
const CONTRACT = structuredClone(PROCEEDS) as unknown as NonNullable<GateFacts["contract"]>;

const AROUND: Surroundings = { kind: "seen", base: "same", head: HEAD, archived: false, otherPull: null };

function facts(more: Partial<GateFacts> = {}): GateFacts {
  return {
    for: "open",
    run: runIn("PUSHED", { publishedSha: HEAD }),
    change: sampleChange(),
    accepted: true,
    report: sampleReport(),
    asked: { skillsMode: "off", purpose: "execute" },
    contract: CONTRACT,
    otherRun: null,
    policy: DEFAULT_POLICY,
    surroundings: AROUND,
    ...more,
  };
}

/** What is not simply in order: check → outcome and reason. */
function said(more: Partial<GateFacts>, bypass: string | null = null): Record<string, string> {
  const { checks } = judgeGate(facts(more), bypass);
  const found = checks.filter(({ outcome }) => outcome !== "ok");
  return Object.fromEntries(found.map(({ id, outcome, reason }) => [id, `${outcome}: ${reason}`]));
}

const withEvidence = (...evidence: Parameters<typeof sampleEvidence>) => ({
  report: sampleReport({ evidence: sampleEvidence(...evidence) }),
});
const check = (more: object) => ({ name: "disk", ok: true, transient: false, detail: "", ...more });
const files = (count: number) =>
  Array.from({ length: count }, (_, at) => ({
    ...(sampleChange().diff.files[0] as object),
    path: `${at}.ts`,
  }));
const diff = (more: object) => ({
  change: sampleChange({
    diff: { ...sampleChange().diff, ...more } as ReturnType<typeof sampleChange>["diff"],
  }),
});
const graded = (grade: "PASS" | "RETRYABLE", reason: "new_test_failures" | "runtime_success") => ({
  report: sampleReport({ grade: { grade, reason, because: "" } }),
});
const weakened = [{ kind: "test_deleted" as const, path: "a.test.ts", detail: "" }];
const asksForIt = {
  title: "Remove the old tests",
  body: "",
  author: null,
  issue: null,
  askedBy: { name: "ops", role: "operator" },
};
const staged = { skillsMode: "agentpr", purpose: "execute" } as const;
const seen = (more: Partial<Extract<Surroundings, { kind: "seen" }>>) => ({
  surroundings: { ...AROUND, ...more } as Surroundings,
});
const has = (...names: string[]) => ({
  report: sampleReport({ skills: names.map((name) => ({ name, version: "1", hash: "x" })) }),
});

test("it is open for a change that passed, was accepted and waits, and says so check by check", () => {
  const gate = judgeGate(facts());

  expect(gate.open).toBe(true);
  expect(gate.checks.map(({ id, outcome }) => [id, outcome])).toEqual(
    GATE_CHECKS.map(({ id }) => [id, "ok"]),
  );
  expect(gate.checks.find(({ id }) => id === "grade")?.reason).toBe("PASS (runtime_success)");
});

test("the path that the documents describe passes it: no skills, no contract, one test command", () => {
  expect(judgeGate(facts({ contract: null })).open).toBe(true);
});

test.each<[string, Partial<GateFacts>, Record<string, string>]>([
  [
    "another state",
    { run: runIn("EXECUTING", { publishedSha: HEAD }) },
    { state: "failure: the run is EXECUTING, not PUSHED" },
  ],
  [
    "a push while nothing waits for it",
    { for: "push", run: runIn("CI_WAIT") },
    { state: "failure: the run is CI_WAIT, not ITERATING or PUSHED" },
  ],
  [
    "no signature",
    { accepted: false },
    { accepted: "failure: the change does not carry the app's signature" },
  ],
  [
    "an older change",
    { run: runIn("PUSHED", { changeId: "change_2", publishedSha: HEAD }) },
    { digest: "failure: the change is not the newest attempt's" },
  ],
  [
    "a newer attempt without a change",
    { report: sampleReport({ change: null }) },
    { digest: "failure: the change is not the newest attempt's" },
  ],
  [
    "another commit under the same name",
    { report: sampleReport({ change: sampleChange({ sha: OTHER }) }) },
    { digest: "failure: the attempt sealed another commit" },
  ],
  [
    "no contract, where none is asked for",
    { contract: null },
    { contract: "warning: the worker made no contract" },
  ],
  [
    "no contract, where it is asked for",
    {
      contract: null,
      asked: staged,
      ...has("agentpr-repo-preflight-contract", "agentpr-implement-and-validate"),
    },
    { contract: "failure: the worker made no contract" },
  ],
  [
    "a contract that is not valid",
    { contract: { kind: "invalid", problems: ["decision: missing"] } },
    { contract: "warning: the contract is not valid: decision: missing" },
  ],
  [
    "a contract that says no",
    {
      contract: {
        kind: "valid",
        contract: { ...PROCEEDS.contract, decision: "needs_review" },
      } as unknown as NonNullable<GateFacts["contract"]>,
    },
    { contract: "failure: the contract says needs review" },
  ],
  [
    "a newest attempt that did not pass",
    graded("RETRYABLE", "new_test_failures"),
    { grade: "failure: the newest attempt is graded RETRYABLE (new_test_failures)" },
  ],
  [
    "a pass for a reason that never passes",
    graded("PASS", "new_test_failures"),
    { grade: "failure: the newest attempt is graded PASS (new_test_failures)" },
  ],
  [
    "a failed preflight",
    withEvidence([verified()], { preflight: [check({ ok: false })] }),
    { preflight: "failure: 1 failed preflight check: disk" },
  ],
  [
    "a warning of the preflight",
    withEvidence([verified()], { preflight: [check({ warning: true })] }),
    { preflight: "warning: 1 warning: disk" },
  ],
  [
    "violations",
    withEvidence([verified()], {
      violations: [
        { rule: "secret_found", path: "a.ts", detail: "" },
        { rule: "file_mode", path: "b.ts", detail: "" },
      ],
    }),
    { violations: "failure: 2 violations: secret_found, file_mode" },
  ],
  [
    "a protected path of then",
    withEvidence([verified()], { violations: [{ rule: "protected_path", path: "CODEOWNERS", detail: "" }] }),
    { protected_paths: "failure: 1 protected path: CODEOWNERS" },
  ],
  [
    "a path that is protected by now",
    { policy: { ...DEFAULT_POLICY, protected_paths: ["a.*"] } },
    { protected_paths: "failure: 1 protected path: a.ts" },
  ],
  [
    "no test command",
    withEvidence([]),
    { test_evidence: "failure: No test command was seen to run tests on the change as it is" },
  ],
  [
    "fewer test commands than are asked for",
    { policy: { ...DEFAULT_POLICY, min_test_commands: 2 } },
    { test_evidence: "failure: 1 test commands ran, 2 are asked for" },
  ],
  [
    "no tests, where a linter was enough",
    {
      report: sampleReport({
        grade: { grade: "PASS", reason: "runtime_success_no_test_infra_with_validation", because: "" },
        evidence: sampleEvidence([verified({ kind: "lint" })]),
      }),
    },
    { test_evidence: "warning: the repository has no tests; it passed a linter or a type check" },
  ],
  [
    "new failures and flaky tests",
    withEvidence([
      verified({ command: "npm test", verdict: "new_failure" }),
      verified({ command: "make check", verdict: "flaky" }),
      verified({ command: "tox", verdict: "preexisting" }),
    ]),
    { new_failures: "failure: 2 new test failures: npm test, make check" },
  ],
  [
    "failures of the base",
    withEvidence([verified(), verified({ command: "tox", verdict: "preexisting" })]),
    { new_failures: "warning: known to fail before: 1 command: tox" },
  ],
  [
    "more files than are allowed",
    diff({ files: files(7) }),
    { budgets: "failure: 7 changed files, 6 allowed" },
  ],
  [
    "more lines than are allowed",
    diff({ addedLines: 121 }),
    { budgets: "failure: 121 added lines, 120 allowed" },
  ],
  [
    "weakened tests",
    withEvidence([verified()], { weakenings: weakened }),
    { weakened_tests: "failure: 1 weakened test: a.test.ts" },
  ],
  [
    "weakened tests that were asked for",
    {
      ...withEvidence([verified()], { weakenings: weakened }),
      run: runIn("PUSHED", { publishedSha: HEAD, request: asksForIt }),
    },
    { weakened_tests: "warning: 1 weakened test: a.test.ts, as the request asks for" },
  ],
  [
    "a skill that was not there",
    { asked: { skillsMode: "agentpr", purpose: "iterate" } },
    { skills: "failure: 1 missing skill: agentpr-ci-review-fix" },
  ],
  [
    "a base that moved in the same files",
    seen({ base: "same_files" }),
    { base: "failure: main has moved and changes the same files" },
  ],
  ["a base that moved elsewhere", seen({ base: "apart" }), {}],
  ["an archived repository", seen({ archived: true }), { archived: "failure: the repository is archived" }],
  [
    "a pull request of another run",
    { otherRun: "pull request #4 of run run_2" },
    { other_pull: "failure: pull request #4 of run run_2 is open for the same issue" },
  ],
  [
    "a pull request that GitHub knows of",
    seen({ otherPull: "#9" }),
    { other_pull: "failure: #9 is open for the same issue" },
  ],
  [
    "a branch at another commit",
    seen({ head: OTHER }),
    {
      branch_head: `failure: ${runIn("PUSHED").branch} is at ${OTHER.slice(0, 12)}, not at the sealed commit`,
    },
  ],
  [
    "a branch that is gone",
    seen({ head: null }),
    { branch_head: `failure: ${runIn("PUSHED").branch} is gone from the remote` },
  ],
  [
    "a branch that is pushed later",
    { run: runIn("PUSHED", { publishedSha: null }), ...seen({ head: null }) },
    {},
  ],
  [
    "surroundings that nobody could see",
    { surroundings: { kind: "unknown", why: "no answer" } },
    Object.fromEntries(
      ["base", "archived", "branch_head"].map((id) => [
        id,
        "warning: not known here, judged when it is opened: no answer",
      ]),
    ),
  ],
])("%s", (_title, more, expected) => expect(said(more)).toEqual(expected));

test("a warning leaves it open, a failure shuts it", () => {
  expect(judgeGate(facts({ contract: null })).open).toBe(true);
  expect(judgeGate(facts({ accepted: false }))).toMatchObject({
    open: false,
    because: ["the change does not carry the app's signature"],
  });
});

test("a limit of 0 means none", () => {
  const policy = { ...DEFAULT_POLICY, max_changed_files: 0, max_added_lines: 0 };

  expect(said({ policy, ...diff({ files: files(99), addedLines: 9_999 }) })).toEqual({});
});

test("surroundings that are not looked at are left out", () => {
  const { checks } = judgeGate(facts({ surroundings: null }));

  expect(checks.map(({ id }) => id)).toEqual(GATE_CHECKS.flatMap(({ id, outside }) => (outside ? [] : [id])));
});

test("a gate that is shut says every reason at once", () => {
  const nothing = facts({
    run: runIn("QUEUED"),
    change: null,
    accepted: false,
    report: null,
    surroundings: null,
  });

  expect(judgeGate(nothing)).toMatchObject({
    because: [
      "the run is QUEUED, not PUSHED",
      "there is no sealed change",
      "the change does not carry the app's signature",
      "no attempt has ended",
    ],
  });
});

test("a bypass turns failures into warnings that say so, but never those about which commit it is", () => {
  const soft = { contract: null, asked: staged, ...withEvidence([verified()], { weakenings: weakened }) };

  expect(judgeGate(facts(soft)).open).toBe(false);
  expect(judgeGate(facts(soft), "a release").open).toBe(true);
  expect(said(soft, "a release").weakened_tests).toBe("warning: 1 weakened test: a.test.ts (bypassed)");
  for (const hard of [
    { accepted: false },
    { change: null },
    diff({ files: files(99) }),
    seen({ head: OTHER }),
  ])
    expect(judgeGate(facts(hard), "a release").open).toBe(false);
});
