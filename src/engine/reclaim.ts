import { messageOf } from "../core/problem.ts";
import { endLeases, listHolders, reclaimExpired } from "../database/expired-jobs.ts";
import { waited } from "./lease.ts";
import { isDeadHere } from "./worker-name.ts";
import type { World } from "./world.ts";

const RECLAIM_MS = 5_000;

/** Brings back what silent workers held, now and then, until draining. */
export async function reclaimLoop(world: World, draining: AbortSignal): Promise<void> {
  await endDeadLeases(world);
  do {
    const reclaimed = await reclaimExpired(world.database).catch((error: unknown) => {
      world.log.warn({ why: messageOf(error) }, "expired leases not reclaimed");
      return 0;
    });
    if (reclaimed > 0) world.wake.poke();
  } while (await waited(RECLAIM_MS, draining));
}

/** After a crash and a restart nobody need wait for the lease of a process that is gone. */
async function endDeadLeases({ database, log }: World): Promise<void> {
  try {
    const dead = (await listHolders(database.knex)).filter(isDeadHere);
    await endLeases(database, dead);
  } catch (error) {
    log.warn({ why: messageOf(error) }, "leases of dead workers not ended; they will run out");
  }
}
