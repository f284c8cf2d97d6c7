import type { Job, Outcome } from "../core/job.ts";
import { isOver, type Run } from "../core/run.ts";
import { trimInbox } from "../database/inbox.ts";
import { trimJobs } from "../database/job-queries.ts";
import { listOpenRuns } from "../database/runs.ts";
import { closeLostSpending } from "../engine/close-spending.ts";
import { enqueue } from "../engine/enqueue.ts";
import type { AppContext } from "./context.ts";

const DAY_MS = 24 * 3_600_000;

/** Webhooks are hints: every run that is not over is looked at again now and then, oldest first. */
export async function patrol({ world }: AppContext, _job: Job): Promise<Outcome> {
  await closeLostSpending(world);
  const runs = await listOpenRuns(world.database.knex, 10_000);
  await world.database.transaction(async (trx) => {
    for (const run of runs)
      for (const kind of looks(run))
        await enqueue(world, trx, {
          kind,
          runId: run.id,
          payload: {},
          key: `${kind}:${run.id}`,
          once: "queued",
        });
  });
  return { kind: "done" };
}

function looks(run: Run): ("decide" | "sync")[] {
  if (isOver(run)) return [];
  return run.prNumber === null ? ["decide"] : ["decide", "sync"];
}

/** Drops what nobody will read again: payloads of processed deliveries and finished jobs. */
export async function trim({ world }: AppContext, _job: Job): Promise<Outcome> {
  const deliveries = await trimInbox(world.database, 3 * DAY_MS);
  const jobs = await trimJobs(world.database, 14 * DAY_MS);
  world.log.info({ deliveries, jobs }, "trimmed");
  return { kind: "done" };
}
