import type { CommandRun, Evidence } from "./evidence.ts";
import type { Policy } from "./policy.ts";
import { classifyCommand } from "./test-command.ts";

type Seen = { evidence: Evidence; policy: Policy };

/** Test commands that the verifier or the event stream saw really run, by their words. */
export function testEvidence({ commands, verification }: Evidence): string[] {
  const verified = (verification?.commands ?? [])
    .filter(({ kind, verdict }) => kind === "test" && verdict !== "not_a_test_run")
    .map(({ command }) => command);
  // The last run of a command is what it says in the end.
  const last = new Map(commands.filter((run) => !run.readOnlyTurn).map((run) => [run.command, run]));
  return [...new Set([...verified, ...[...last.values()].filter(isTestRun).map(({ command }) => command)])];
}

/** Why there is not enough evidence: none at all, or less than the policy asks for. */
export function missingEvidence({ evidence, policy }: Seen, kind: "missing" | "insufficient"): string | null {
  const wanted = policy.min_test_commands;
  const seen = testEvidence(evidence);
  if (seen.length >= wanted && !verifierRanNothing({ evidence, policy })) return null;
  const missing = seen.length === 0 || verifierRanNothing({ evidence, policy });
  if (missing !== (kind === "missing")) return null;
  return missing
    ? "No test command was seen to run tests"
    : `${seen.length} test commands ran, ${wanted} are asked for`;
}

/** Verification was on and had test commands, but none of them ran a test: what the worker ran proves nothing then. */
function verifierRanNothing({ evidence: { verification }, policy }: Seen): boolean {
  if (policy.min_test_commands === 0 || verification === null || verification.mode === "off") return false;
  const tests = verification.commands.filter(({ kind }) => kind === "test");
  return tests.length > 0 && tests.every(({ verdict }) => verdict === "not_a_test_run");
}

/** A command without an exit code did not end; one that failed says nothing good. */
function isTestRun({ command, exitCode }: CommandRun): boolean {
  return exitCode === 0 && classifyCommand(command) === "test";
}
