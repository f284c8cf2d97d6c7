import type { JobRequest, Outcome } from "../core/job.ts";
import { undecidedRuns, unseenRuns } from "../database/neglected-runs.ts";
import { closeLostSpending } from "../engine/close-spending.ts";
import { enqueue } from "../engine/enqueue.ts";
import type { AppContext } from "./context.ts";
import { tellSilence } from "./tell-silence.ts";

/** A run whose webhooks all got lost is found wrong after this long at most. */
const UNSEEN_MS = 30 * 60_000;
const MOST_AT_ONCE = 10_000;

/** Webhooks are hints, and processes die: what no job stands for is decided on, and what was not seen lately is looked at. */
export async function patrol({
  world,
  policyFor,
}: Pick<AppContext, "world" | "policyFor">): Promise<Outcome> {
  const { database } = world;
  await closeLostSpending(world);
  const undecided = await undecidedRuns(database, MOST_AT_ONCE);
  const unseen = await unseenRuns(database, { forMs: UNSEEN_MS, limit: MOST_AT_ONCE });
  await database.transaction(async (trx) => {
    for (const runId of undecided) await enqueue(world, trx, look("decide", runId));
    for (const runId of unseen) await enqueue(world, trx, look("sync", runId));
  });
  await tellSilence({ world, policyFor }, MOST_AT_ONCE);
  world.log.info({ undecided: undecided.length, unseen: unseen.length }, "patrolled");
  return { kind: "done" };
}

function look(kind: "decide" | "sync", runId: string): JobRequest {
  return { kind, runId, payload: {}, key: `${kind}:${runId}`, once: "queued" };
}
