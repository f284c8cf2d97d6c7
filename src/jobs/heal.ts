import type { Job, Outcome } from "../core/job.ts";
import { type DeliveryAttempt, type Missed, missedDeliveries } from "../core/redelivery.ts";
import { isOver } from "../core/run.ts";
import { readNow } from "../database/connect.ts";
import { knownGuids, rememberUnread } from "../database/inbox.ts";
import { readMark, setMark } from "../database/marks.ts";
import { findRunsOf } from "../database/runs.ts";
import { enqueue } from "../engine/enqueue.ts";
import type { AppContext } from "./context.ts";

const MARK = "deliveries_healed";
/** Deliveries may be listed a little after they were made, and clocks differ. */
const OVERLAP_MS = 10 * 60_000;
/** As long as GitHub keeps them. */
const LONGEST_MS = 3 * 24 * 3_600_000;
/** Each is a request to GitHub; the rest waits for the next round. */
const MOST_AT_ONCE = 200;

/** Webhooks are never tried again by GitHub itself: what failed to reach us is asked for once more. */
export async function heal(context: AppContext, _job: Job): Promise<Outcome> {
  const { world, github } = context;
  const db = world.database.knex;
  const now = await readNow(world.database);
  const mark = await readMark(db, MARK);
  if (mark === null) return begin(context, now);
  const attempts = await github.deliveriesSince(Math.max(mark, now - LONGEST_MS) - OVERLAP_MS);
  const known = await knownGuids(db, [...new Set(attempts.map(({ guid }) => guid))]);
  const missed = missedDeliveries(attempts, { isKnown: (guid) => known.has(guid), nowMs: now });
  for (const one of missed.slice(0, MOST_AT_ONCE)) await REMEDIES[one.remedy](context, one);
  if (missed.length > 0) world.log.info({ missed: missed.length }, "deliveries had not reached us");
  if (missed.length <= MOST_AT_ONCE) await setMark(db, MARK, newest(attempts, mark));
  return { kind: "done" };
}

/** An app that has just been set up owes nothing to the time before. */
async function begin({ world }: AppContext, now: number): Promise<Outcome> {
  await setMark(world.database.knex, MARK, now);
  return { kind: "done" };
}

/** In GitHub's time, so that clocks that differ leave no gap. */
function newest(attempts: readonly DeliveryAttempt[], known: number): number {
  return attempts.reduce((latest, { at }) => Math.max(latest, at), known);
}

const REMEDIES: Record<Missed["remedy"], (context: AppContext, missed: Missed) => Promise<void>> = {
  again: ({ github }, { attemptId }) => github.redeliver(attemptId),
  look: lookAtRepository,
};

async function lookAtRepository({ world }: AppContext, { guid, repositoryId }: Missed): Promise<void> {
  const { database } = world;
  const runs = repositoryId === null ? [] : await findRunsOf(database.knex, repositoryId, {});
  await database.transaction(async (trx) => {
    await rememberUnread(database, trx, { guid, note: "too large to be read; its repository was looked at" });
    for (const run of runs.filter((one) => !isOver(one)))
      await enqueue(world, trx, {
        kind: "sync",
        runId: run.id,
        payload: {},
        key: `sync:${run.id}`,
        once: "queued",
      });
  });
}
