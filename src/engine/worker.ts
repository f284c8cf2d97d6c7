import type { Job, JobKind, Lane, Outcome } from "../core/job.ts";
import { messageOf } from "../core/problem.ts";
import { nextDelay } from "../database/job-queries.ts";
import { claimJob } from "../database/jobs.ts";
import { insertNotice } from "../database/notices.ts";
import { retryWhileBusy } from "../database/retry-busy.ts";
import { holdLease, LEASE_MS, type Lease, waited } from "./lease.ts";
import { createLookout, type Lookout } from "./lookout.ts";
import { reclaimLoop } from "./reclaim.ts";
import { settleJob } from "./settle-job.ts";
import { isJobSigned } from "./sign.ts";
import { traced } from "./tracing.ts";
import type { World } from "./world.ts";

export type Handler = (job: Job, lease: Lease) => Promise<Outcome>;
export type Handlers = Partial<Record<JobKind, Handler>>;

export type WorkerOptions = {
  lane: Lane;
  name: string;
  slots: number;
  handlers: Handlers;
  /** Longest wait between two looks at the table; wake-ups usually come first. */
  pollMs: number;
  repositoryCap: number;
  renewMs?: number;
};

export type Worker = {
  /** No new claims; resolves when running jobs have ended. */
  drain(): Promise<void>;
  /** Running jobs are told to stop, and handed back. */
  stop(): Promise<void>;
};

/** Claims and works in `slots` loops until drained or stopped. */
export function startWorker(world: World, options: WorkerOptions): Worker {
  const draining = new AbortController();
  const stopping = new AbortController();
  const shared = { draining: draining.signal, stopping: stopping.signal, lookout: createLookout() };
  const loops = Array.from({ length: options.slots }, (_, slot) =>
    workLoop(world, options, { name: `${options.name}/${slot}`, ...shared }),
  );
  const reclaiming = reclaimLoop(world, draining.signal);
  const ended = Promise.all([...loops, reclaiming]).then(() => undefined);
  return {
    drain: () => {
      draining.abort();
      return ended;
    },
    stop: () => {
      draining.abort();
      stopping.abort();
      return ended;
    },
  };
}

type Loop = { name: string; draining: AbortSignal; stopping: AbortSignal; lookout: Lookout };

async function workLoop(world: World, options: WorkerOptions, loop: Loop): Promise<void> {
  let misses = 0;
  while (!loop.draining.aborted) {
    const seen = world.wake.rings();
    const job = await claimSafely(world, options, loop);
    misses = job ? 0 : misses + 1;
    if (job) {
      loop.lookout.foundWork();
      await carryOut(world, options, job, loop.stopping);
    } else {
      await loop.lookout.idle(() => idle(world, options, { seen, misses }, loop.draining), loop.draining);
    }
  }
}

async function claimSafely(
  world: World,
  { lane, repositoryCap }: WorkerOptions,
  { name, draining }: Loop,
): Promise<Job | null> {
  try {
    return await claimJob(world.database, { lane, worker: name, leaseMs: LEASE_MS, repositoryCap });
  } catch (error) {
    world.log.error({ lane, why: messageOf(error) }, "claim failed");
    await waited(1_000, draining);
    return null;
  }
}

const SOON_MS = 25;
const LESS_SOON_MS = 400;

/** Sleeps until something was enqueued, a delayed job is due, or the slow poll comes round. */
async function idle(
  world: World,
  { lane, pollMs }: WorkerOptions,
  { seen, misses }: { seen: number; misses: number },
  draining: AbortSignal,
): Promise<void> {
  const due = await nextDelay(world.database, lane).catch(() => null);
  // A job that is due but was not claimed waits for its run or its repository: look again soon, then less often.
  const soon = Math.min(SOON_MS * 2 ** Math.min(misses - 1, 10), LESS_SOON_MS);
  const wait = due === null ? pollMs : Math.min(pollMs, Math.max(due, soon));
  await waitForWork(world, { seen, wait, draining });
}

async function waitForWork(
  world: World,
  { seen, wait, draining }: { seen: number; wait: number; draining: AbortSignal },
) {
  const over = new AbortController();
  const either = AbortSignal.any([draining, over.signal]);
  await Promise.race([world.wake.next(seen, either), waited(wait, either)]);
  over.abort();
}

/** Works on a claimed job under its lease and settles it; null when its outcome could not be written. */
export async function carryOut(
  world: World,
  options: Pick<WorkerOptions, "handlers" | "renewMs">,
  job: Job,
  stopping: AbortSignal,
): Promise<Outcome | null> {
  const lease = holdLease(world, { jobId: job.id, claimId: job.claimId }, stopping, options.renewMs);
  try {
    const outcome = await outcomeOf(world, options.handlers, job, lease);
    if (lease.finished()) return outcome;
    await retryWhileBusy(() => settleJob(world, job, outcome, stopping.aborted));
    // A loop that sleeps must learn when the job is due again; after one that is done, this loop looks by itself.
    if (outcome.kind !== "done") world.wake.poke();
    return outcome;
  } catch (error) {
    // The outcome could not be written; the lease will run out and the job comes back by itself.
    world.log.error({ job: job.id, kind: job.kind, why: messageOf(error) }, "outcome not written");
    return null;
  } finally {
    await lease.release();
  }
}

async function outcomeOf(world: World, handlers: Handlers, job: Job, lease: Lease): Promise<Outcome> {
  if (world.key !== null && !isJobSigned(world.key, job)) return forged(world, job);
  const handler = handlers[job.kind];
  if (!handler) return { kind: "park", why: `this process does not carry out ${job.kind}`, afterMs: 5_000 };
  try {
    return await traced(world, job, () => handler(job, lease));
  } catch (error) {
    world.log.warn({ job: job.id, kind: job.kind, run: job.runId, err: error }, "job failed");
    const afterMs = waitAskedBy(error);
    return afterMs === null
      ? { kind: "retry", why: messageOf(error) }
      : { kind: "park", why: messageOf(error), afterMs };
  }
}

/** Whoever was asked may say when to come back; waiting for that is nobody's failed try. */
function waitAskedBy(error: unknown): number | null {
  const asked = typeof error === "object" && error !== null && "afterMs" in error ? error.afterMs : null;
  return typeof asked === "number" ? asked : null;
}

async function forged(world: World, job: Job): Promise<Outcome> {
  const text = `Job ${job.id} (${job.kind}) does not carry the app's signature and was not carried out.`;
  await insertNotice(world.database, world.database.knex, {
    runId: job.runId,
    priority: "urgent",
    text,
    cause: `forged:${job.id}`,
  });
  world.log.error({ job: job.id, kind: job.kind }, "job without a valid signature");
  return { kind: "dead", why: "signature is not valid" };
}
