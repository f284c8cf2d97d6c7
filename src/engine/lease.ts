import type { Knex } from "knex";
import { messageOf } from "../core/problem.ts";
import { type Claim, finishJob, renewLease } from "../database/held-jobs.ts";
import type { World } from "./world.ts";

export const LEASE_MS = 30_000;
export const RENEW_MS = 10_000;

/** Proof that a job is held. Whoever writes for the job goes through it. */
export type Lease = {
  readonly claim: Claim;
  /** Aborted when the lease is lost or the process must stop. */
  readonly signal: AbortSignal;
  /** Writes `work` and ends the job in one transaction; "lost" when the lease was gone, and then nothing is written. */
  finish(work: (trx: Knex.Transaction) => Promise<void>): Promise<"finished" | "lost">;
};

class LeaseLost extends Error {}

export type HeldLease = Lease & { readonly finished: () => boolean; release(): Promise<void> };

/** Keeps a claimed job until released. `beat` runs at every renewal and may ask for the work to be stopped. */
export function holdLease(world: World, claim: Claim, stop: AbortSignal, renewMs = RENEW_MS): HeldLease {
  const lost = new AbortController();
  const released = new AbortController();
  let finished = false;
  const renewing = renewUntil(world, claim, { lost, released: released.signal, renewMs });
  return {
    claim,
    signal: AbortSignal.any([stop, lost.signal]),
    finished: () => finished,
    finish: async (work) => {
      const end = await finishUnder(world, claim, work);
      finished = end === "finished";
      return end;
    },
    release: async () => {
      released.abort("released"); // a reason of our own spares the making of an error for every job
      await renewing;
    },
  };
}

async function finishUnder(world: World, claim: Claim, work: (trx: Knex.Transaction) => Promise<void>) {
  try {
    await world.database.transaction(async (trx) => {
      if (!(await finishJob(world.database, trx, claim))) throw new LeaseLost();
      await work(trx);
    });
    return "finished" as const;
  } catch (error) {
    if (error instanceof LeaseLost) return "lost" as const;
    throw error;
  }
}

type Renewal = { lost: AbortController; released: AbortSignal; renewMs: number };

async function renewUntil(world: World, claim: Claim, { lost, released, renewMs }: Renewal): Promise<void> {
  while (await waited(renewMs, released)) {
    try {
      if (!(await renewLease(world.database, claim, LEASE_MS)))
        return lost.abort(new LeaseLost("the lease is lost"));
    } catch (error) {
      // The database is away for now: the lease outlives a short outage, and the fence decides after a long one.
      world.log.warn({ job: claim.jobId, why: messageOf(error) }, "lease not renewed");
    }
  }
}

/** True after the time has passed, false when the signal came first. */
export function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const timer = setTimeout(() => end(true), ms);
    const stop = () => end(false);
    signal.addEventListener("abort", stop, { once: true });
    function end(whole: boolean): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      resolve(whole);
    }
  });
}
