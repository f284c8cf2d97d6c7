import { backoffMs } from "../core/backoff.ts";
import type { Job, Outcome } from "../core/job.ts";
import { buryJob, finishJob, returnJob } from "../database/held-jobs.ts";
import { insertNotice } from "../database/notices.ts";
import type { World } from "./world.ts";

/** Writes how a job ended; work that was only interrupted is handed back without charging a try. */
export async function settleJob(world: World, job: Job, outcome: Outcome, stopped: boolean): Promise<void> {
  const { database } = world;
  const claim = { jobId: job.id, claimId: job.claimId };
  if (stopped && outcome.kind !== "done") {
    await returnJob(database, database.knex, claim, {
      why: "the process stopped",
      afterMs: 0,
      countsAsTry: false,
    });
    return;
  }
  switch (outcome.kind) {
    case "done":
      await finishJob(database, database.knex, claim);
      return;
    case "retry":
      await giveBack(world, job, outcome.why, outcome.afterMs);
      return;
    case "park":
      await returnJob(database, database.knex, claim, {
        why: outcome.why,
        afterMs: outcome.afterMs,
        countsAsTry: false,
      });
      return;
    case "dead":
      await buryJob(database, database.knex, claim, outcome.why);
      return;
    case "lost":
      return;
    default:
      outcome satisfies never;
  }
}

async function giveBack(world: World, job: Job, why: string, afterMs?: number): Promise<void> {
  const { database } = world;
  const wait = afterMs ?? backoffMs(job.tries, world.random());
  const claim = { jobId: job.id, claimId: job.claimId };
  const back = { why, afterMs: wait, countsAsTry: true };
  const returned = await returnJob(database, database.knex, claim, back);
  if (!returned || job.tries < job.maxTries) return;
  const text = `Job ${job.id} (${job.kind}) failed ${job.tries} times and was set aside: ${why}`;
  await insertNotice(database, database.knex, {
    runId: job.runId,
    priority: "high",
    text,
    cause: `dead:${job.id}`,
  });
}
