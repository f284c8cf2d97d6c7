import type { Command } from "commander";
import { EXIT } from "../../core/problem.ts";
import type { ManagerOrder, Tick } from "../../main/run-manager.ts";
import { requireHealth } from "../doctor/require-health.ts";
import { type ManagerFlags, manages, policyFlags, settingsWith, whole } from "../manager-flags.ts";
import { printJson } from "../print-json.ts";
import { optionsOf } from "../program.ts";

type Flags = ManagerFlags & { intervalSec?: string; maxLoops?: string };

export function defineManagerTick(command: Command): void {
  manages(command).action(() => run(command, { loops: 1, intervalMs: 1_000 }));
}

export function defineRunManagerLoop(command: Command): void {
  manages(command)
    .option(
      "--interval-sec <seconds>",
      "pause between two ticks; what happens in between is reacted to",
      "300",
    )
    .option("--max-loops <number>", "end after so many ticks; 0: never", "0")
    .action(async () => {
      const { intervalSec = "300", maxLoops = "0" } = optionsOf<Flags>(command);
      const loops = whole(maxLoops, "--max-loops", 0);
      const intervalMs = whole(intervalSec, "--interval-sec", 1) * 1_000;
      await requireHealth(command, "manager");
      await run(command, { loops, intervalMs });
    });
}

async function run(command: Command, pace: Pick<ManagerOrder, "loops" | "intervalMs">): Promise<void> {
  const { json = false, dryRun = false, ...options } = optionsOf<Flags>(command);
  const settings = await settingsWith(options);
  const { openDatabase } = await import("../open-database.ts");
  await (await openDatabase(settings.databaseUrl)).close();
  const { runManager } = await import("../../main/run-manager.ts");
  await runManager(settings, {
    ...pace,
    runId: options.runId ?? null,
    limit: whole(options.limit, "--limit", 1),
    maxActions: whole(options.maxActionsPerRun, "--max-actions-per-run", 1),
    dryRun,
    promptVersion: options.promptVersion ?? null,
    policy: policyFlags(options),
    signal: stopOnSignal(),
    onTick: (tick) => print(tick, { json, dryRun }),
  });
}

function stopOnSignal(): AbortSignal {
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  process.once("SIGINT", stop).once("SIGTERM", stop);
  return stopping.signal;
}

function print(tick: Tick, { json, dryRun }: { json: boolean; dryRun: boolean }): void {
  const ok = tick.failed_count === 0;
  process.exitCode = ok ? EXIT.done : EXIT.refused;
  if (json) printJson("agentpr.manager_tick.v1", { ok, dry_run: dryRun, ...tick });
  else process.stdout.write(`${asText(tick)}\n`);
}

function asText({
  run_count: count,
  progressed_count: progressed,
  failed_count: failed,
  results,
}: Tick): string {
  return [
    `${count} runs, ${progressed} went on, ${failed} failed`,
    ...results.flatMap(({ run_id: id, repo, state, actions }) => [
      `${id}  ${repo}  ${state}${actions.length === 0 ? "  nothing is due" : ""}`,
      ...actions.map(
        ({ action, outcome, reason }) => `  ${action}: ${outcome}${reason === "" ? "" : ` (${reason})`}`,
      ),
    ]),
  ].join("\n");
}
