import { z } from "zod";
import { CodexEnd, CommandRun, Diff, PreflightCheck, Violation } from "./evidence.ts";
import { Grade } from "./grade.ts";
import type { AttemptFacts } from "./make-digest.ts";
import { Policy } from "./policy.ts";
import { simpleCommands } from "./shell-words.ts";
import { type CommandKind, classifyCommand } from "./test-command.ts";

/** How an attempt was run and what was seen of it, in full where the digest only counts. */
export const AgentRuntime = z.object({
  version: z.literal("agentpr.agent_runtime.v2"),
  run_id: z.string(),
  attempt_id: z.string(),
  created_at: z.iso.datetime(),
  engine: z.literal("codex"),
  result: z.object({ end: CodexEnd.nullable(), duration_ms: z.number() }),
  runtime: z.object({
    codex_version: z.string().nullable(),
    codex_model: z.string().nullable(),
    isolation: z.enum(["box", "container", "none"]),
    attempt_no: z.number().int(),
    /** The policy that was frozen into the attempt. */
    policy: Policy,
    event_stream_retained: z.boolean(),
    event_stream_retention_reason: z.string(),
  }),
  preflight: z.array(PreflightCheck),
  signals: z.object({
    commands: z.array(CommandRun).max(500),
    test_commands: z.array(z.string()),
    lint_or_validation_commands: z.array(z.string()),
    failed_test_commands: z.array(z.string()),
    git_commands: z.array(z.string()),
    diff: Diff.nullable(),
  }),
  safety: z.object({ violations: z.array(Violation), violation_count: z.number().int() }),
  classification: Grade,
});
export type AgentRuntime = z.infer<typeof AgentRuntime>;

export function makeAgentRuntime(facts: AttemptFacts): AgentRuntime {
  const { report, spec, attemptId, at, eventStream } = facts;
  const { evidence } = report;
  return {
    version: "agentpr.agent_runtime.v2",
    run_id: spec.runId,
    attempt_id: attemptId,
    created_at: new Date(at).toISOString(),
    engine: "codex",
    result: { end: evidence.codex, duration_ms: report.stages.reduce((sum, { ms }) => sum + ms, 0) },
    runtime: {
      codex_version: report.codexVersion,
      codex_model: facts.report.model,
      isolation: report.isolation,
      attempt_no: report.attempt,
      policy: spec.policy,
      event_stream_retained: eventStream.kept,
      event_stream_retention_reason: eventStream.why,
    },
    preflight: evidence.preflight,
    signals: signalsOf(evidence.commands, evidence.diff),
    safety: { violations: evidence.violations, violation_count: evidence.violations.length },
    classification: report.grade,
  };
}

const SAMPLE = 40;

function signalsOf(commands: readonly CommandRun[], diff: Diff | null): AgentRuntime["signals"] {
  const tests = commands.filter(isOf("test"));
  return {
    commands: commands.slice(0, 500),
    test_commands: textsOf(tests),
    lint_or_validation_commands: textsOf(commands.filter(isOf("lint"))),
    failed_test_commands: textsOf(tests.filter(({ exitCode }) => exitCode !== null && exitCode !== 0)),
    git_commands: textsOf(commands.filter(({ command }) => callsGit(command))),
    diff,
  };
}

function isOf(kind: CommandKind): (run: CommandRun) => boolean {
  return ({ command }) => classifyCommand(command) === kind;
}

function textsOf(commands: readonly CommandRun[]): string[] {
  return [...new Set(commands.map(({ command }) => command))].slice(0, SAMPLE);
}

function callsGit(line: string): boolean {
  return simpleCommands(line).some(({ words: [program = ""] }) => /(^|\/)git$/.test(program));
}
