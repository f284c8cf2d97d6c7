import { isWorking } from "../../src/core/decision.ts";
import { findRun } from "../../src/database/runs.ts";
import { waited } from "../../src/engine/lease.ts";
import type { World } from "../../src/engine/world.ts";

const LOOK_MS = 500;

/** Aborts when the run is no longer working on what the attempt was asked for: paused, cancelled, merged. */
export async function watchRun(
  world: World,
  order: { runId: string; epoch: number },
  callOff: AbortController,
  over: AbortSignal,
): Promise<void> {
  while (await waited(LOOK_MS, over)) {
    const run = await findRun(world.database.knex, order.runId).catch(() => undefined);
    if (run === undefined) continue; // the database is away; the lease decides
    if (run !== null && isWorking(run) && run.epoch === order.epoch) continue;
    callOff.abort(new Error(`the run is ${run?.state ?? "gone"}`));
    return;
  }
}
