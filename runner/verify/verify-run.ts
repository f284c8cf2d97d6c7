import type { VerifyRun } from "../../src/core/evidence.ts";
import { readTestOutput } from "../../src/core/test-output.ts";
import { readLintOutput } from "../../src/core/test-output-lint.ts";
import type { CommandOutcome } from "./verify.ts";

const TAIL = 8_000;
const MOST_NAMES = 2_000;
const LONGEST_NAME = 500;

/** What one execution showed. Names out of an output that was cut are not all the names, so they count as unknown. */
export function toVerifyRun(outcome: CommandOutcome, kind: "test" | "lint"): VerifyRun {
  const { exitCode, timedOut, durationMs, output, outputCut } = outcome;
  const reading =
    kind === "test" ? readTestOutput(output) : { ran: null, failing: lintNames(output, exitCode) };
  const tooMany = (reading.failing?.length ?? 0) > MOST_NAMES;
  return {
    exitCode,
    timedOut,
    durationMs,
    failing:
      outputCut || tooMany ? null : (reading.failing?.map((name) => name.slice(0, LONGEST_NAME)) ?? null),
    ran: reading.ran,
    outputTail: output.slice(-TAIL),
  };
}

/** A linter that is content may still print warnings. */
function lintNames(output: string, exitCode: number | null): string[] | null {
  return exitCode === 0 ? [] : readLintOutput(output);
}
