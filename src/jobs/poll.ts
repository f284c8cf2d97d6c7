import type { Outcome } from "../core/job.ts";
import type { Run } from "../core/run.ts";
import { readNow } from "../database/connect.ts";
import { findPolls, type Poll, savePoll } from "../database/polls.ts";
import { listOpenRuns } from "../database/runs.ts";
import { enqueue } from "../engine/enqueue.ts";
import type { SharedContext } from "./context.ts";
import type { ForkPort } from "./fork-port.ts";

/** One request asks about so many pull requests. */
const BATCH = 50;
/** Results that cancel each other out in the counts are found by a closer look after this long. */
const LONGEST_MS = 30 * 60_000;
const MOST_RUNS = 10_000;

/** Nobody sends webhooks to a fork's owner: looks from afar at all open pull requests, and closely at those with news. */
export async function pollPulls({ world, reaches }: SharedContext): Promise<Outcome> {
  if (reaches.fork === null) return { kind: "done" };
  const runs = polledRuns(await listOpenRuns(world.database.knex, MOST_RUNS));
  for (const { run, seen } of await findNews(world.database, reaches.fork.github, runs))
    await world.database.transaction(async (trx) => {
      await savePoll(world.database, trx, run.id, seen);
      const key = `sync:${run.id}`;
      await enqueue(world, trx, { kind: "sync", runId: run.id, payload: {}, key, once: "queued" });
    });
  return { kind: "done" };
}

/** Runs that polling is for. */
export function polledRuns(runs: readonly Run[]): PolledRun[] {
  return runs.filter((run): run is PolledRun => run.mode === "fork" && run.prNumber !== null);
}

export type PolledRun = Run & { prNumber: number };
export type RunNews = { run: PolledRun; seen: string };

/** Those of the runs whose pull request shows something else than at the last look, or was not looked at for long. */
export async function findNews(
  database: SharedContext["world"]["database"],
  github: ForkPort,
  runs: readonly PolledRun[],
): Promise<RunNews[]> {
  const known = await findPolls(
    database.knex,
    runs.map(({ id }) => id),
  );
  const now = await readNow(database);
  const news: RunNews[] = [];
  for (let at = 0; at < runs.length; at += BATCH) {
    const batch = runs.slice(at, at + BATCH);
    const read = await github.readNews(
      batch.map(({ owner, repo, prNumber }) => ({ owner, repo, number: prNumber })),
    );
    for (const [index, run] of batch.entries()) {
      const seen = read[index]?.seen ?? "gone";
      if (isNew(known.get(run.id), seen, now)) news.push({ run, seen });
    }
  }
  return news;
}

function isNew(known: Poll | undefined, seen: string, now: number): boolean {
  return known === undefined || known.seen !== seen || now - known.lookedAt >= LONGEST_MS;
}
