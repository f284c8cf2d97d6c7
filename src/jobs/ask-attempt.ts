import type { Knex } from "knex";
import type { Decision } from "../core/decision.ts";
import { isWorking } from "../core/decision.ts";
import type { Event } from "../core/event.ts";
import type { Job } from "../core/job.ts";
import { AttemptSpec } from "../core/packet.ts";
import type { Run } from "../core/run.ts";
import { claimExactly, findOpenJob, rewriteJob } from "../database/claim-exactly.ts";
import { findRun } from "../database/runs.ts";
import { advance, advanceIn } from "../engine/advance.ts";
import { LEASE_MS } from "../engine/lease.ts";
import { signJob } from "../engine/sign.ts";
import type { AppContext } from "./context.ts";
import { weigh } from "./decide.ts";
import type { Act } from "./request-attempt.ts";

export type AttemptWish = {
  runId: string;
  /** Who is to hold the job. */
  worker: string;
  by: string;
  cause: string;
  /** What is asked for, as it is to be: the flags over the policy, words of the person's own. */
  change(spec: AttemptSpec): AttemptSpec;
  /** Flags that the journal must know of. */
  flags: readonly string[];
  /** Gives it up. */
  stop: AbortSignal;
};
export type Asked =
  | { kind: "held"; job: Job; run: Run }
  | { kind: "refused"; why: string }
  | { kind: "no_run" };

/**
 * Asks for the next attempt of a run as the rules would, and holds it for somebody in particular: one that waits already is
 * taken, one that the rules do not want is not begun.
 */
export async function askAttempt(context: AppContext, wish: AttemptWish): Promise<Asked> {
  const { world } = context;
  const run = await begun(context, wish);
  if (run === null) return { kind: "no_run" };
  if (!isWorking(run)) return { kind: "refused", why: `the run is ${run.state}; ${wayOut(run)}` };
  const open = await findOpenJob(world.database.knex, run.id, "attempt");
  if (open?.status === "leased")
    return { kind: "refused", why: `an attempt is under way on ${open.worker ?? "a runner"}` };
  const weighed =
    open === null ? await weigh(context, run, { cause: `${wish.cause}:ask`, signal: wish.stop }) : null;
  if (weighed !== null && weighed.decision.kind !== "attempt")
    return { kind: "refused", why: inWords(weighed.decision) };
  const act = weighed?.act ?? (() => Promise.resolve());
  const job = await world.database.transaction((trx) => hold(context, wish, run, act, trx));
  return job === null
    ? { kind: "refused", why: "another worker took the attempt a moment ago" }
    : { kind: "held", job, run };
}

/** A run that waits to begin is begun. */
async function begun({ world }: AppContext, { runId, cause }: AttemptWish): Promise<Run | null> {
  const run = await findRun(world.database.knex, runId);
  if (run?.state !== "QUEUED") return run;
  await advance(world, { runId, event: { type: "run.started" }, cause: `${cause}:start` });
  return findRun(world.database.knex, runId);
}

/** Asked for, held, made as wished and journaled, in one transaction: nobody else can take it in between. */
async function hold(
  { world }: AppContext,
  wish: AttemptWish,
  run: Run,
  act: Act,
  trx: Knex.Transaction,
): Promise<Job | null> {
  await act(trx);
  const open = await findOpenJob(trx, run.id, "attempt");
  if (open === null) return null;
  const { worker, by, flags, cause } = wish;
  const job = await claimExactly(world.database, trx, { id: open.id, worker, leaseMs: LEASE_MS });
  if (job === null) return null;
  const payload = AttemptSpec.parse(wish.change(AttemptSpec.parse(job.payload)));
  const mac = signJob(world.key, { ...job, payload, once: "ever" });
  await rewriteJob(trx, { jobId: job.id, claimId: job.claimId }, { payload, mac });
  const event: Event = { type: "attempt.by_hand", attempt: payload.attempt, by, flags: [...flags] };
  await advanceIn(world, trx, { runId: run.id, event, cause: `${cause}:by_hand` });
  return { ...job, payload, mac };
}

function wayOut({ state }: Run): string {
  if (state === "PAUSED" || state === "NEEDS_HUMAN") return "resume or retry it first";
  return "only a run that is EXECUTING or ITERATING has attempts; retry it to begin another";
}

function inWords(decision: Decision): string {
  if (decision.kind === "wait") return decision.why;
  if ("reason" in decision) return `the rules would ${decision.kind} it: ${decision.reason}`;
  return `the rules would rather ${decision.kind} now`;
}
