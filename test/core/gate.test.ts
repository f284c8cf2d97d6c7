import { expect, test } from "@jest/globals";
import { GATE_CHECKS, type GateFacts, judgeGate } from "../../src/core/gate.ts";
import { DEFAULT_POLICY } from "../../src/core/policy.ts";
import { sampleChange, sampleEvidence, sampleReport, verified } from "./sample-report.ts";
import { OTHER, runIn } from "./sample-run.ts";

function facts(more: Partial<GateFacts> = {}): GateFacts {
  return {
    run: runIn("PUSHED"),
    change: sampleChange(),
    accepted: true,
    report: sampleReport(),
    policy: DEFAULT_POLICY,
    ...more,
  };
}

function because(more: Partial<GateFacts>): readonly string[] {
  const gate = judgeGate(facts(more));
  return gate.open ? [] : gate.because;
}

const withEvidence = (...evidence: Parameters<typeof sampleEvidence>) => ({
  report: sampleReport({ evidence: sampleEvidence(...evidence) }),
});
const files = (count: number) =>
  Array.from({ length: count }, (_, at) => ({
    ...(sampleChange().diff.files[0] as object),
    path: `${at}.ts`,
  }));
const diff = (more: object) =>
  ({ ...sampleChange().diff, ...more }) as ReturnType<typeof sampleChange>["diff"];

test("it is open for a change that passed, was accepted and waits for approval", () => {
  expect(judgeGate(facts())).toEqual({ open: true });
});

test.each<[string, Partial<GateFacts>, string[]]>([
  ["another state", { run: runIn("EXECUTING") }, ["the run is EXECUTING, not PUSHED"]],
  ["no signature", { accepted: false }, ["the change does not carry the app's signature"]],
  [
    "an older change",
    { run: runIn("PUSHED", { changeId: "change_2" }) },
    ["the change is not the newest attempt's"],
  ],
  [
    "a newer attempt without a change",
    { report: sampleReport({ change: null }) },
    ["the change is not the newest attempt's"],
  ],
  [
    "another commit under the same name",
    { change: sampleChange({ sha: OTHER }) },
    ["the attempt sealed another commit"],
  ],
  [
    "a newest attempt that did not pass",
    { report: sampleReport({ grade: { grade: "RETRYABLE", reason: "new_test_failures", because: "" } }) },
    ["the newest attempt is graded RETRYABLE (new_test_failures)"],
  ],
  [
    "violations",
    withEvidence([verified()], {
      violations: [
        { rule: "secret_found", path: "a.ts", detail: "" },
        { rule: "file_mode", path: "b.ts", detail: "" },
      ],
    }),
    ["2 violations: secret_found, file_mode"],
  ],
  [
    "weakened tests",
    withEvidence([verified()], {
      weakenings: [{ kind: "test_deleted", path: "a.test.ts", detail: "" }],
    }),
    ["1 weakened test: a.test.ts"],
  ],
  [
    "new failures and flaky tests, but not old ones",
    withEvidence([
      verified({ command: "npm test", verdict: "new_failure" }),
      verified({ command: "make check", verdict: "flaky" }),
      verified({ command: "tox", verdict: "preexisting" }),
    ]),
    ["2 new test failures: npm test, make check"],
  ],
  [
    "more files than are allowed",
    { change: sampleChange({ diff: diff({ files: files(7) }) }) },
    ["7 changed files, 6 allowed"],
  ],
  [
    "more lines than are allowed",
    { change: sampleChange({ diff: diff({ addedLines: 121 }) }) },
    ["121 added lines, 120 allowed"],
  ],
])("it is shut by %s, and says so", (_title, more, expected) => expect(because(more)).toEqual(expected));

test("a limit of 0 means none", () => {
  const policy = { ...DEFAULT_POLICY, max_changed_files: 0, max_added_lines: 0 };

  expect(
    because({ policy, change: sampleChange({ diff: diff({ files: files(99), addedLines: 9_999 }) }) }),
  ).toEqual([]);
});

test("a gate that is shut says every reason at once", () => {
  const report = sampleReport({
    grade: { grade: "HUMAN_REVIEW", reason: "tests_weakened", because: "" },
    evidence: sampleEvidence([verified({ verdict: "new_failure" })], {
      violations: [{ rule: "submodule", path: null, detail: "" }],
      weakenings: [{ kind: "test_skipped", path: "a.test.ts", detail: "" }],
    }),
    change: sampleChange({ sha: OTHER }),
  });
  const change = sampleChange({ diff: diff({ files: files(7), addedLines: 500 }) });

  expect(because({ run: runIn("CI_WAIT"), accepted: false, report, change })).toHaveLength(
    GATE_CHECKS.length - 1,
  );
  expect(because({ run: runIn("QUEUED"), change: null, accepted: false, report: null })).toEqual([
    "the run is QUEUED, not PUSHED",
    "there is no sealed change",
    "the change does not carry the app's signature",
    "no attempt has ended",
  ]);
});
