import type { VerifyRun } from "../../src/core/evidence.ts";
import { readTestOutput, type TestReading } from "../../src/core/test-output.ts";
import { readFailureLines } from "../../src/core/test-output-lines.ts";
import { readLintOutput } from "../../src/core/test-output-lint.ts";
import type { CommandOutcome } from "./verify.ts";

type Reading = Pick<TestReading, "ran" | "failing" | "failed">;

const TAIL = 8_000;
const MOST_NAMES = 2_000;
const LONGEST_NAME = 500;

/** What one execution showed, by its output and, where that says too little, by the reports that it wrote. */
export function toVerifyRun(
  outcome: CommandOutcome,
  kind: "test" | "lint",
  reports: TestReading | null = null,
): VerifyRun {
  const { exitCode, timedOut, durationMs, output } = outcome;
  const reading = kind === "test" ? readTests(outcome, reports) : readLint(outcome);
  const tooMany = (reading.failing?.length ?? 0) > MOST_NAMES;
  return {
    exitCode,
    timedOut,
    durationMs,
    failing: tooMany ? null : (reading.failing?.map((name) => name.slice(0, LONGEST_NAME)) ?? null),
    ran: reading.ran,
    outputTail: output.slice(-TAIL),
    ...(reading.failed > 0 ? { saysFailed: true } : {}),
  };
}

/** Names out of an output that was cut are not all the names, so they count as unknown. */
function readTests({ output, outputCut, exitCode }: CommandOutcome, reports: TestReading | null): Reading {
  const read = readTestOutput(output);
  const known = outputCut ? { ...read, failing: null } : read;
  const { ran, failing, failed } = known;
  const both = {
    ran: ran ?? reports?.ran ?? null,
    failing: failing ?? reports?.failing ?? null,
    failed: Math.max(failed, reports?.failed ?? 0),
  };
  const unreadable = both.ran === null && both.failing === null && exitCode !== 0 && !outputCut;
  return unreadable ? { ...both, failing: readFailureLines(output) } : both;
}

/** A linter that is content may still print warnings. */
function readLint({ output, outputCut, exitCode }: CommandOutcome): Reading {
  const failing = exitCode === 0 ? [] : readLintOutput(output);
  return { ran: null, failing: outputCut ? null : failing, failed: 0 };
}
