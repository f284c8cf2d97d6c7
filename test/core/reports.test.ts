import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { z } from "zod";
import { PROJECT_ROOT } from "../../src/config/settings.ts";
import { ADVICE } from "../../src/core/advice.ts";
import { AgentRuntime, makeAgentRuntime } from "../../src/core/agent-runtime.ts";
import { NO_USAGE } from "../../src/core/evidence.ts";
import { REASONS } from "../../src/core/grade.ts";
import { makeDigest } from "../../src/core/make-digest.ts";
import { managerInsight } from "../../src/core/manager-insight.ts";
import { recommend } from "../../src/core/recommend.ts";
import { isReportFile, REPORT_KINDS, type ReportKind, reportFile } from "../../src/core/report-files.ts";
import { retainEvents } from "../../src/core/retention.ts";
import { RunDigest } from "../../src/core/run-digest.ts";
import { AT, sampleFacts } from "./sample-facts.ts";
import { sampleEvidence, sampleReport, verified } from "./sample-report.ts";

const FAILED = sampleReport({
  grade: { grade: "RETRYABLE", reason: "new_test_failures", because: "npm test: greets in UTC" },
  evidence: sampleEvidence([verified({ verdict: "new_failure", newFailures: ["greets in UTC"] })], {
    commands: [
      { command: "npm test", exitCode: 1, durationMs: 2_500 },
      { command: "cat README.md", exitCode: 0, durationMs: 3 },
      { command: "git status", exitCode: 0, durationMs: 4 },
      { command: "npx eslint .", exitCode: 0, durationMs: 900 },
    ],
    usage: { ...NO_USAGE, inputTokens: 1_000_000, cachedInputTokens: 500_000, outputTokens: 100_000 },
  }),
  change: null,
});
const PRICES = { "gpt-scripted": { input: 2, cached_input: 0.2, output: 10 } };

test.each([
  ["run_digest", RunDigest],
  ["agent_runtime", AgentRuntime],
])("policy/%s.schema.json is what the code would make now (CONTRIBUTING says how)", (name, schema) => {
  const file = join(PROJECT_ROOT, "policy", `${name}.schema.json`);

  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(JSON.parse(JSON.stringify(z.toJSONSchema(schema))));
});

test.each([
  ["one that passed", sampleReport()],
  ["one that failed", FAILED],
  [
    "one that never reached Codex",
    sampleReport({ evidence: { ...sampleEvidence([]), codex: null, diff: null, verification: null } }),
  ],
])("the reports on %s are what their schemas say", (_title, report) => {
  const facts = sampleFacts(report);

  expect(RunDigest.parse(makeDigest(facts))).toEqual(makeDigest(facts));
  expect(AgentRuntime.parse(makeAgentRuntime(facts))).toEqual(makeAgentRuntime(facts));
});

test("a digest counts what was seen, prices it, and says what next", () => {
  const digest = makeDigest(sampleFacts(FAILED, { policy: { prices: PRICES, max_added_lines: 2 } }));

  expect(digest).toMatchObject({
    generated_at: "2026-03-01T00:30:00.123Z",
    state: { before: "EXECUTING", after: null },
    classification: { grade: "RETRYABLE", reason_code: "new_test_failures", next_action: "retry" },
    validation: { test_command_count: 1, new_failure_count: 1 },
    usage: { total_tokens: 1_100_000, cost_usd: 2.1 },
    commands: {
      count: 4,
      categories: { test: 1, lint: 1, other: 2 },
      top_by_duration: [{ command: "npm test" }, { command: "npx eslint ." }, {}, {}],
    },
    stages: { total_duration_ms: 8_000, top_stage: "codex" },
    recommended_actions: [ADVICE.new_test_failures.todo],
  });
  expect(digest.budgets).toContainEqual({ name: "added_lines", used: 3, limit: 2 });
  expect(digest.stages.stage_totals[1]).toEqual({
    stage: "codex",
    duration_ms: 6_000,
    share_of_total_pct: 75,
  });
});

test("a limit of 0 is none, and a model without a price has no cost", () => {
  const digest = makeDigest(sampleFacts({ model: null }, { policy: { max_changed_files: 0 } }));

  expect(digest.budgets[0]).toEqual({ name: "changed_files", used: 1, limit: null });
  expect(digest.usage.cost_usd).toBeNull();
});

test("the runtime report tells tests, linters and git apart", () => {
  const { signals, runtime } = makeAgentRuntime(sampleFacts(FAILED));

  expect(signals).toMatchObject({
    test_commands: ["npm test"],
    failed_test_commands: ["npm test"],
    lint_or_validation_commands: ["npx eslint ."],
    git_commands: ["git status"],
  });
  expect(runtime).toMatchObject({ codex_model: "gpt-scripted", isolation: "box", attempt_no: 1 });
});

test("an insight is Markdown that a person reads in a minute", () => {
  const facts = sampleFacts(FAILED, { policy: { prices: PRICES, max_added_lines: 2 } });

  expect(managerInsight(makeDigest(facts))).toBe(`# RETRYABLE: octo/widget, attempt 1

Run \`run_sample\` was EXECUTING. 2026-03-01T00:30:00.123Z

**new_test_failures**: npm test: greets in UTC

## Evidence

- change: 1 files, +3 −1
- \`npm test\`: new_failure, 12 tests
- the worker ran 4 commands (1 tests, 1 linters)
- 1100000 tokens, 2.10 US dollars
- over budget: added_lines 3 of 2

## Time

8.0 s in all: provision 0.2 s, codex 6.0 s, verify 1.8 s.

- \`npm test\` took 2.5 s

## Findings

- new failure: \`greets in UTC\`

## What the worker says

Not evidence: Add a thing. It adds a thing.

## What next

**retry** (high): tests fail that do not fail on the base

- nothing at first; after the last try, read the failures and add a note
`);
});

test("words of strangers begin no Markdown in an insight", () => {
  const said = { files_changed: [], commands_run: [] };
  const summary = {
    ...said,
    status: "pass",
    title: "# Big\n\n## Approved [x](https://evil)",
    notes: "<img src=x>`",
  };
  const text = managerInsight(makeDigest(sampleFacts({ summary })));

  expect(text).toContain("\\# Big \\#\\# Approved \\[x\\](https://evil)");
  expect(text).toContain("\\<img src=x\\>\\`");
});

test("docs/reason-codes.md shows the very advice that the code gives", () => {
  const rows = readFileSync(join(PROJECT_ROOT, "docs/reason-codes.md"), "utf8").matchAll(
    /^\| `(\w+)` +\| \w+ +\| (.+?) +\| (.+?) +\|$/gm,
  );
  const documented = Object.fromEntries(
    [...rows].map(([, reason, means, todo]) => [reason, { means, todo }]),
  );

  expect(documented).toEqual(ADVICE);
  expect(Object.keys(ADVICE)).toEqual([...REASONS]);
});

test.each([
  ["PASS", "advance", "normal"],
  ["RETRYABLE", "retry", "high"],
  ["HUMAN_REVIEW", "human_review", "high"],
] as const)("after %s the recommendation is %s, %s", (grade, action, priority) => {
  expect(recommend({ grade, reason: "flaky_tests", because: "" })).toMatchObject({ action, priority });
});

test("event streams of failures are always kept", () => {
  for (const grade of ["RETRYABLE", "HUMAN_REVIEW"] as const)
    expect(retainEvents({ attemptId: "att_1", grade, percent: 0 })).toEqual({ kept: true, why: "non_pass" });
});

test.each([
  [0, 0, 0],
  [15, 13, 17],
  [50, 47, 53],
  [100, 100, 100],
])("of %i percent of successes about that many are kept, and always the same ones", (percent, low, high) => {
  const ids = Array.from({ length: 10_000 }, (_, at) => `att_${(at * 7_919).toString(16).padStart(16, "0")}`);
  const keep = () =>
    ids.filter((attemptId) => retainEvents({ attemptId, grade: "PASS", percent }).kept).length / 100;

  expect(keep()).toBe(keep());
  expect(keep()).toBeGreaterThanOrEqual(low);
  expect(keep()).toBeLessThanOrEqual(high);
});

test("report files have the seed's names, sort by time, and are told from others", () => {
  const names = (Object.keys(REPORT_KINDS) as ReportKind[]).map((kind) =>
    reportFile(kind, { runId: "run_1", at: AT }),
  );

  expect(names).toEqual([
    "run_1_preflight.json",
    "run_1_agent_runtime_20260301T003000123Z.json",
    "run_1_run_digest_20260301T003000123Z.json",
    "run_1_manager_insight_20260301T003000123Z.md",
    "run_1_agent_events_20260301T003000123Z.jsonl",
  ]);
  expect(names.every(isReportFile)).toBe(true);
  expect(["telegram_audit.jsonl", "run_1.json", "x_run_digest_1.json", "notes.md"].some(isReportFile)).toBe(
    false,
  );
});
