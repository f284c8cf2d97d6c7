import { findRunsOf } from "../../database/runs.ts";
import { enqueue } from "../../engine/enqueue.ts";
import type { ReceiveContext } from "./receive.ts";

/** A webhook is only a hint: the runs it may be about read the truth themselves. */
export async function lookAt(
  { actions: { world } }: ReceiveContext,
  repositoryId: number,
  key: { sha: string } | { pr: number },
): Promise<string> {
  const runs = await findRunsOf(world.database.knex, repositoryId, key);
  await world.database.transaction(async (trx) => {
    for (const run of runs)
      await enqueue(world, trx, {
        kind: "sync",
        runId: run.id,
        payload: {},
        key: `sync:${run.id}`,
        once: "queued",
      });
  });
  return runs.length === 0 ? "no run is about it" : `told ${runs.map((run) => run.id).join(", ")}`;
}
