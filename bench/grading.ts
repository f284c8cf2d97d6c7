import { type Evidence, NO_USAGE, type VerifiedCommand } from "../src/core/evidence.ts";
import { gradeAttempt } from "../src/core/grading.ts";
import { overBudget } from "../src/core/grading-budget.ts";
import { parsePatch } from "../src/core/patch.ts";
import { DEFAULT_POLICY } from "../src/core/policy.ts";
import { findWeakenings } from "../src/core/weakening.ts";
import type { Bench } from "./bench.ts";
import { percentiles, timed } from "./percentiles.ts";
import { partRow, type Row } from "./row.ts";

const FILES = 50;
const LINES_EACH = 100;

/** From a patch of 5,000 lines, sources and tests of several languages, to its grade: parse, weakening, budgets, rules. */
export async function measureGrading({ quick }: Bench): Promise<Row[]> {
  const patch = bigPatch();
  const parsed = parsePatch(patch);
  const files = changedFiles();
  const times = quick ? 20 : 200;
  const parsing = await timed(times, async () => parsePatch(patch));
  const weakening = await timed(times, async () => findWeakenings({ patch: parsed, files }));
  const whole = await timed(times, async () => gradePatch(patch));
  return [
    {
      metric: `grading a diff of ${FILES * LINES_EACH} lines`,
      unit: "ms",
      measured: percentiles(whole),
      judged: "p95",
      goal: { atMost: 50 },
      floor: null,
    },
    partRow("reading the patch", parsing),
    partRow("the weakening guard", weakening),
  ];
}

/** What becomes of a patch between the candidate and its grade. */
export function gradePatch(patch: string) {
  const files = changedFiles();
  const diff = { files, addedLines: FILES * LINES_EACH * 0.5, deletedLines: 0, patchBytes: patch.length };
  const weakenings = findWeakenings({ patch: parsePatch(patch), files });
  overBudget(diff, DEFAULT_POLICY);
  const verification: Evidence["verification"] = {
    mode: "baseline",
    dependencies: "none",
    commands: [VERIFIED],
  };
  const seen = { preflight: [], codex: FINISHED, commands: [...COMMANDS], violations: [], contract: null };
  const policy = { ...DEFAULT_POLICY, max_changed_files: 0, max_added_lines: 0 };
  return gradeAttempt(
    { ...seen, diff, weakenings, verification, usage: NO_USAGE },
    { policy, attempt: 1, asksForTestChanges: false },
  );
}

const FINISHED: Evidence["codex"] = {
  kind: "finished",
  exitCode: 0,
  signal: null,
  message: null,
  resetAt: null,
};
const COMMANDS = Array.from({ length: 100 }, (_, at) => ({
  command: `bash -lc 'cd packages/p${at} && CI=1 npx jest --ci 2>&1 | tail -40'`,
  exitCode: 0,
  durationMs: 1,
}));
const VERIFIED: VerifiedCommand = {
  ...{ command: "npm test", kind: "test", origin: "manifest", again: null, base: null, newFailures: [] },
  head: { exitCode: 0, timedOut: false, durationMs: 1, failing: [], ran: 9, outputTail: "" },
  verdict: "passed",
};

/** Old and new line, file by file in turn: code, and tests of four languages. */
const KINDS: readonly (readonly [path: string, removed: string, added: string])[] = [
  ["src/a.ts", "export const price = (a: number) => a * 2;", "export const price = (a: number) => a * 3;"],
  ["test/a.test.ts", "  expect(price(2)).toBe(4);", "  expect(price(2)).toBe(6);"],
  ["tests/test_a.py", "    assert price(2) == 4", "    assert price(2) == 6"],
  ["pkg/a_test.go", '\tt.Fatalf("got %d", price(2))', '\tt.Fatalf("got %d, want 6", price(2))'],
  ["src/test/java/ATest.java", "    assertEquals(4, price(2));", "    assertEquals(6, price(2));"],
];

function pathOf(at: number): string {
  return `m${at}/${KINDS[at % KINDS.length]?.[0]}`;
}

function bigPatch(): string {
  return Array.from({ length: FILES }, (_, at) => filePatch(at)).join("");
}

function filePatch(at: number): string {
  const [, removed, added] = KINDS[at % KINDS.length] ?? [];
  const path = pathOf(at);
  const half = LINES_EACH / 2;
  const lines = Array.from({ length: half }, () => `-${removed}\n+${added}\n`).join("");
  return `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -1,${half} +1,${half} @@\n${lines}`;
}

function changedFiles() {
  return Array.from({ length: FILES }, (_, at) => ({
    ...{ path: pathOf(at), oldPath: null, status: "modified" as const },
    ...{ added: LINES_EACH / 2, deleted: LINES_EACH / 2, binary: false, mode: "100644" },
  }));
}
