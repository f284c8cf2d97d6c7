import { afterEach, expect, test } from "@jest/globals";
import { reclaimExpired } from "../../src/database/expired-jobs.ts";
import { renewLease } from "../../src/database/held-jobs.ts";
import { claimJob } from "../../src/database/jobs.ts";
import { enqueue } from "../../src/engine/enqueue.ts";
import { LEASE_MS } from "../../src/engine/lease.ts";
import { DIALECTS, testDatabases } from "../support/databases.ts";
import { testWorld } from "../support/world.ts";

const databases = testDatabases();
const TEN_MINUTES = 600_000;
const real = Date.now;
afterEach(() => setOwnClock(0));

/** This process's own clock, and not the database's. */
function setOwnClock(aheadMs: number): void {
  Date.now = () => real() + aheadMs;
}

test.each(
  DIALECTS.flatMap((dialect) => [-TEN_MINUTES, TEN_MINUTES].map((ahead) => [dialect, ahead] as const)),
)(
  "on %s a machine whose clock is off by %d ms claims, keeps and loses leases as any other",
  async (dialect, ahead) => {
    const world = testWorld(await databases.open(dialect));
    const { database } = world;
    const request = { kind: "receive", runId: null, payload: {}, key: "k", once: "ever" } as const;
    await database.transaction((trx) => enqueue(world, trx, request));
    const order = { lane: "app", leaseMs: LEASE_MS, repositoryCap: 1 } as const;

    setOwnClock(ahead);
    const job = await claimJob(database, { ...order, worker: "off" });
    const claim = { jobId: job?.id ?? 0, claimId: job?.claimId ?? 0 };
    expect(await reclaimExpired(database)).toEqual([]);
    expect(await renewLease(database, claim, LEASE_MS)).toBe(true);
    setOwnClock(0);
    expect(await reclaimExpired(database)).toEqual([]);
    expect(await claimJob(database, { ...order, worker: "right" })).toBeNull();

    database.setClockOffset(LEASE_MS + 1_000);
    await reclaimExpired(database);
    setOwnClock(ahead);
    expect(await renewLease(database, claim, LEASE_MS)).toBe(false);
  },
);
