import type { Command } from "commander";
import { EXIT, Problem } from "../../core/problem.ts";
import type { SyncReport } from "../../main/sync-github.ts";
import { requireHealth } from "../doctor/require-health.ts";
import { printJson } from "../print-json.ts";
import { optionsOf } from "../program.ts";

type Options = {
  runId?: string;
  limit: string;
  dryRun?: boolean;
  loop?: boolean;
  intervalSec: string;
  maxLoops: string;
};

export function defineSyncGithub(command: Command): void {
  command
    .option("--run-id <run>", "this run alone")
    .option("--limit <number>", "at most so many runs", "200")
    .option("--dry-run", "say what runs would be told, and tell them nothing")
    .option("--loop", "again and again, until stopped")
    .option("--interval-sec <seconds>", "pause between two rounds of the loop", "120")
    .option("--max-loops <number>", "end the loop after so many rounds; 0: never", "0")
    .action(() => sync(command));
}

async function sync(command: Command): Promise<void> {
  await requireHealth(command, "app");
  const { json = false, loop = false, dryRun = false, ...options } = optionsOf<Options>(command);
  const { loadAppSettings } = await import("../../config/settings.ts");
  const { settingsSource } = await import("../sources.ts");
  const { openDatabase } = await import("../open-database.ts");
  const { syncGitHub } = await import("../../main/sync-github.ts");
  const settings = loadAppSettings(settingsSource(options));
  await (await openDatabase(settings.databaseUrl)).close();
  const { runIdOf } = await import("../resolve-run.ts");
  const runId = options.runId === undefined ? null : await runIdOf(options, options.runId);
  const stopping = stopOnSignal();
  await syncGitHub(settings, {
    runId,
    limit: whole(options.limit, "--limit", 1),
    dryRun,
    rounds: loop ? whole(options.maxLoops, "--max-loops", 0) : 1,
    intervalMs: whole(options.intervalSec, "--interval-sec", 1) * 1_000,
    signal: stopping,
    onRound: (report) => print(report, { json, dryRun }),
  });
}

function stopOnSignal(): AbortSignal {
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  process.once("SIGINT", stop).once("SIGTERM", stop);
  return stopping.signal;
}

function print(report: SyncReport, { json, dryRun }: { json: boolean; dryRun: boolean }): void {
  const ok = report.failures.length === 0;
  if (!ok) process.exitCode = EXIT.refused;
  if (json) printJson("agentpr.sync.v1", { ok, dry_run: dryRun, ...report });
  else process.stdout.write(`${asText(report)}\n`);
}

function asText({ scanned, synced, results, failures }: SyncReport): string {
  return [
    `${scanned} open pull requests, ${synced} looked at closely`,
    ...results.map(
      ({ run_id, repo, pr_number, state_before, state, facts }) =>
        `${run_id}  ${repo}#${pr_number}  ${state_before === state ? state : `${state_before} → ${state}`}  ${facts.join(", ")}`,
    ),
    ...failures.map(({ run_id, error }) => `${run_id}  failed: ${error}`),
  ].join("\n");
}

function whole(text: string, option: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least && value <= 1_000_000) return value;
  throw new Problem(
    `${option} ${text} is not usable`,
    `it must be a whole number from ${least}`,
    `Correct ${option}`,
    EXIT.usage,
  );
}
