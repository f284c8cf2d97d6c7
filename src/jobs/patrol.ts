import type { Job, Outcome } from "../core/job.ts";
import { isOver, type Run } from "../core/run.ts";
import { listOpenRuns } from "../database/runs.ts";
import { enqueue } from "../engine/enqueue.ts";
import type { AppContext } from "./context.ts";

/** Webhooks are hints: every run that is not over is looked at again now and then, oldest first. */
export async function patrol({ world }: AppContext, _job: Job): Promise<Outcome> {
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
