import { randomUUID } from "node:crypto";
import type { Database } from "../src/database/connect.ts";
import { insertJob } from "../src/database/jobs.ts";

/** Puts `count` jobs that need no run into the queue, all in one transaction. */
export async function putJobs(database: Database, count: number): Promise<void> {
  const batch = randomUUID();
  await database.transaction(async (trx) => {
    for (let index = 0; index < count; index += 1)
      await insertJob(database, trx, {
        kind: "receive",
        runId: null,
        payload: { guid: batch },
        key: `${batch}:${index}`,
        once: "ever",
        mac: null,
      });
  });
}
