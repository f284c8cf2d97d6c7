import type { Job, JobRequest, Outcome } from "../core/job.ts";
import { trimInbox } from "../database/inbox.ts";
import { trimJobs } from "../database/job-queries.ts";
import { undecidedRuns, unseenRuns } from "../database/neglected-runs.ts";
import { closeLostSpending } from "../engine/close-spending.ts";
import { enqueue } from "../engine/enqueue.ts";
import type { AppContext } from "./context.ts";

const DAY_MS = 24 * 3_600_000;

/** A run whose webhooks all got lost is found wrong after this long at most. */
const UNSEEN_MS = 30 * 60_000;
const MOST_AT_ONCE = 10_000;

/** Webhooks are hints, and processes die: what no job stands for is decided on, and what was not seen lately is looked at. */
export async function patrol({ world }: AppContext, _job: Job): Promise<Outcome> {
  const { database } = world;
  await closeLostSpending(world);
  const undecided = await undecidedRuns(database, MOST_AT_ONCE);
  const unseen = await unseenRuns(database, { forMs: UNSEEN_MS, limit: MOST_AT_ONCE });
  await database.transaction(async (trx) => {
    for (const runId of undecided) await enqueue(world, trx, look("decide", runId));
    for (const runId of unseen) await enqueue(world, trx, look("sync", runId));
  });
  world.log.info({ undecided: undecided.length, unseen: unseen.length }, "patrolled");
  return { kind: "done" };
}

function look(kind: "decide" | "sync", runId: string): JobRequest {
  return { kind, runId, payload: {}, key: `${kind}:${runId}`, once: "queued" };
}

/** Drops what nobody will read again: payloads of processed deliveries and finished jobs. */
export async function trim({ world }: AppContext, _job: Job): Promise<Outcome> {
  const deliveries = await trimInbox(world.database, 3 * DAY_MS);
  const jobs = await trimJobs(world.database, 14 * DAY_MS);
  world.log.info({ deliveries, jobs }, "trimmed");
  return { kind: "done" };
}
