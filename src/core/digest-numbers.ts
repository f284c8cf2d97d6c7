import { MILLIONTHS } from "./amounts.ts";
import type { AttemptReport, StageTime } from "./attempt.ts";
import { costOf } from "./cost.ts";
import type { CommandRun } from "./evidence.ts";
import type { AttemptSpec } from "./packet.ts";
import type { Policy } from "./policy.ts";
import type { RunDigest } from "./run-digest.ts";
import { classifyCommand } from "./test-command.ts";

/** What was used of each limit of the policy. */
export function budgetsOf({ policy, failedInRow }: AttemptSpec, report: AttemptReport): RunDigest["budgets"] {
  const { diff } = report.evidence;
  const codexMs = report.stages.find(({ name }) => name === "codex")?.ms ?? 0;
  const rows = [
    ["changed_files", diff?.files.length ?? 0, policy.max_changed_files],
    ["added_lines", diff?.addedLines ?? 0, policy.max_added_lines],
    ["patch_bytes", diff?.patchBytes ?? 0, policy.max_patch_bytes],
    ["agent_seconds", Math.round(codexMs / 1_000), policy.max_agent_seconds],
    ["attempts_in_a_row", failedInRow + 1, policy.max_retryable_attempts],
  ] as const;
  return rows.map(([name, used, limit]) => ({ name, used, limit: limit === 0 ? null : limit }));
}

export function usageOf(
  { model, evidence: { usage } }: AttemptReport,
  prices: Policy["prices"],
): RunDigest["usage"] {
  const { inputTokens, cachedInputTokens, outputTokens, reasoningTokens } = usage;
  return {
    input_tokens: inputTokens,
    cached_input_tokens: cachedInputTokens,
    output_tokens: outputTokens,
    reasoning_tokens: reasoningTokens,
    total_tokens: inputTokens + outputTokens,
    cost_usd: dollars(costOf(usage, model, prices)),
  };
}

/** How many commands of which kind the worker ran, and the slowest. */
export function commandsOf(commands: readonly CommandRun[]): RunDigest["commands"] {
  const categories = { test: 0, lint: 0, other: 0 };
  for (const { command } of commands) categories[classifyCommand(command)] += 1;
  const slowest = commands.toSorted((a, b) => (b.durationMs ?? 0) - (a.durationMs ?? 0)).slice(0, 10);
  return {
    count: commands.length,
    categories,
    top_by_duration: slowest.map(({ command, exitCode, durationMs }) => ({
      command,
      exit_code: exitCode,
      duration_ms: durationMs,
    })),
  };
}

export function stagesOf(stages: readonly StageTime[]): RunDigest["stages"] {
  const total = totalOf(stages);
  const longest = stages.toSorted((a, b) => b.ms - a.ms)[0];
  return {
    total_duration_ms: total,
    top_stage: longest?.name ?? null,
    stage_totals: stages.map(({ name, ms }) => ({
      stage: name,
      duration_ms: ms,
      share_of_total_pct: total === 0 ? 0 : Math.round((ms / total) * 1_000) / 10,
    })),
  };
}

export function totalOf(stages: readonly StageTime[]): number {
  return stages.reduce((sum, { ms }) => sum + ms, 0);
}

function dollars(millionths: number | null): number | null {
  return millionths === null ? null : millionths / MILLIONTHS;
}
