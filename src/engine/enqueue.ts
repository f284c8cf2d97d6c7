import type { JobRequest } from "../core/job.ts";
import type { Db } from "../database/connect.ts";
import { insertJob } from "../database/jobs.ts";
import { signJob } from "./sign.ts";
import type { World } from "./world.ts";

/** Asks for work, signed where the kind demands it. Wakes the workers once the surrounding transaction has committed. */
export async function enqueue(world: World, trx: Db, request: JobRequest): Promise<void> {
  await insertJob(world.database, trx, { ...request, mac: signJob(world.key, request) });
  await world.wake.announce(trx);
}
