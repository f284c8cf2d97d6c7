import { messageOf } from "../core/problem.ts";
import { endLeases, listHolders, type Reclaimed, reclaimExpired } from "../database/expired-jobs.ts";
import { addToMark } from "../database/marks.ts";
import { insertNotice } from "../database/notices.ts";
import { waited } from "./lease.ts";
import { isDeadHere } from "./worker-name.ts";
import type { World } from "./world.ts";

const RECLAIM_MS = 5_000;

/** Brings back what silent workers held, now and then, until draining. */
export async function reclaimLoop(world: World, draining: AbortSignal): Promise<void> {
  await endDeadLeases(world);
  do {
    await reclaim(world).catch((error: unknown) => {
      world.log.warn({ why: messageOf(error) }, "expired leases not reclaimed");
    });
  } while (await waited(RECLAIM_MS, draining));
}

async function reclaim(world: World): Promise<void> {
  const back = await reclaimExpired(world.database);
  if (back.length === 0) return;
  world.wake.poke();
  for (const job of back) if (job.status === "dead") await tellDead(world, job);
  await addToMark(world.database.knex, "leases_lost", back.length);
}

async function tellDead({ database }: World, { id, kind, run_id: runId }: Reclaimed): Promise<void> {
  const text = `Job ${id} (${kind}) was set aside: every worker that took it fell silent.`;
  await insertNotice(database, database.knex, { runId, priority: "high", text, cause: `dead:${id}` });
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
