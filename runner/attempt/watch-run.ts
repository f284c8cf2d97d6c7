import { isWorking } from "../../src/core/decision.ts";
import { type Claim, isHeld } from "../../src/database/held-jobs.ts";
import { findRun } from "../../src/database/runs.ts";
import { waited } from "../../src/engine/lease.ts";
import type { World } from "../../src/engine/world.ts";

type Order = { runId: string; epoch: number; claim: Claim };

const LOOK_MS = 500;

/** Aborts when the run is no longer working on what the attempt was asked for: paused, cancelled, merged, or given to another runner. */
export async function watchRun(
  world: World,
  order: Order,
  callOff: AbortController,
  over: AbortSignal,
): Promise<void> {
  while (await waited(LOOK_MS, over)) {
    const why = await whyOver(world, order).catch(() => null); // the database is away; the lease decides
    if (why === null) continue;
    callOff.abort(new Error(why));
    return;
  }
}

/** The lease is renewed far less often than this looks, so it would tell too late that it is lost. */
async function whyOver({ database }: World, { runId, epoch, claim }: Order): Promise<string | null> {
  const run = await findRun(database.knex, runId);
  if (run === null || !isWorking(run) || run.epoch !== epoch) return `the run is ${run?.state ?? "gone"}`;
  return (await isHeld(database, database.knex, claim)) ? null : "the lease is lost";
}
