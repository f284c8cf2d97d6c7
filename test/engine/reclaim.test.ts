import { expect, test } from "@jest/globals";
import { claimJob } from "../../src/database/jobs.ts";
import { readMark } from "../../src/database/marks.ts";
import { enqueue } from "../../src/engine/enqueue.ts";
import { reclaimLoop } from "../../src/engine/reclaim.ts";
import { DIALECTS, testDatabases } from "../support/databases.ts";
import { testWorld } from "../support/world.ts";

const databases = testDatabases();

test.each(DIALECTS)("on %s leases that ran out are counted, and others are not", async (dialect) => {
  const database = await databases.open(dialect);
  const world = testWorld(database);
  const once = () => reclaimLoop(world, AbortSignal.abort());
  for (const key of ["a", "b"])
    await enqueue(world, database.knex, { kind: "patrol", runId: null, payload: {}, key, once: "queued" });
  const claim = { lane: "app", worker: "elsewhere", leaseMs: 60_000, repositoryCap: 10 } as const;
  for (let left = 2; left > 0; left -= 1) await claimJob(database, claim);
  await once();
  const before = await readMark(database.knex, "leases_lost");
  database.setClockOffset(120_000);
  await once();

  expect(before).toBeNull();
  expect(await readMark(database.knex, "leases_lost")).toBe(2);
});
