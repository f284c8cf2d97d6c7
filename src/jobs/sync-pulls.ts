import type { EventType } from "../core/event.ts";
import { messageOf } from "../core/problem.ts";
import type { Run } from "../core/run.ts";
import { savePoll } from "../database/polls.ts";
import { findRun, listOpenRuns } from "../database/runs.ts";
import { contextOf, LACKING, type SharedContext } from "./context.ts";
import { findNews, polledRuns } from "./poll.ts";
import { lookAt } from "./sync.ts";

export type SyncOrder = {
  /** This run alone, whether there is news of it or not. */
  runId: string | null;
  /** At most so many runs, those longest untouched first. */
  limit: number;
  dryRun: boolean;
  signal: AbortSignal;
};

export type SyncReport = {
  scanned: number;
  synced: number;
  failures: { run_id: string; pr_number: number | null; error: string }[];
  results: SyncResult[];
};
type SyncResult = {
  run_id: string;
  repo: string;
  pr_number: number | null;
  state_before: string;
  state: string;
  /** What the run was told, or would be. */
  facts: EventType[];
};

/** One round over the open pull requests, carried out here and now. Of forks only those with news are looked at closely. */
export async function syncPulls(shared: SharedContext, order: SyncOrder): Promise<SyncReport> {
  const runs = await candidates(shared, order);
  const report: SyncReport = { scanned: runs.length, synced: 0, failures: [], results: [] };
  for (const { run, seen } of await worthALook(shared, runs, order)) {
    if (order.signal.aborted) break;
    const result = await looked(shared, run, order);
    if (typeof result === "string")
      report.failures.push({ run_id: run.id, pr_number: run.prNumber, error: result });
    else report.results.push(result);
    if (typeof result !== "string" && seen !== null && !order.dryRun)
      await savePoll(shared.world.database, shared.world.database.knex, run.id, seen);
  }
  return { ...report, synced: report.results.length };
}

async function candidates({ world }: SharedContext, { runId, limit }: SyncOrder): Promise<Run[]> {
  const { knex } = world.database;
  if (runId !== null) return [await findRun(knex, runId)].filter((run) => run !== null);
  return (await listOpenRuns(knex, MOST_RUNS)).filter(({ prNumber }) => prNumber !== null).slice(0, limit);
}

const MOST_RUNS = 10_000;

/** `seen` is what to remember when the closer look went well. */
type Worthy = { run: Run; seen: string | null };

async function worthALook(
  { world, reaches }: SharedContext,
  runs: readonly Run[],
  { runId }: SyncOrder,
): Promise<Worthy[]> {
  const plain = runs.filter((run) => runId !== null || run.mode === "direct" || reaches.fork === null);
  if (runId !== null || reaches.fork === null) return plain.map((run) => ({ run, seen: null }));
  const news = await findNews(world.database, reaches.fork.github, polledRuns(runs));
  return [...plain.map((run) => ({ run, seen: null })), ...news];
}

/** What one look found, or why there was none. */
async function looked(
  shared: SharedContext,
  run: Run,
  { signal, dryRun }: SyncOrder,
): Promise<SyncResult | string> {
  const context = contextOf(shared, run.mode);
  if (context === null) return `${LACKING[run.mode]} not set`;
  try {
    const facts = await lookAt(context, run, { signal, dryRun });
    if (facts === "lost") return "interrupted";
    if (facts === "gone")
      return run.prNumber === null ? "it has no pull request" : "its pull request is gone";
    const now = (await findRun(shared.world.database.knex, run.id)) ?? run;
    return {
      run_id: run.id,
      repo: `${run.owner}/${run.repo}`,
      pr_number: run.prNumber,
      state_before: run.state,
      state: now.state,
      facts,
    };
  } catch (error) {
    return messageOf(error);
  }
}
