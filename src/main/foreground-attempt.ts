import { attemptJob, type Onlooker } from "../../runner/attempt/attempt-job.ts";
import type { RunnerSettings as Machine } from "../../runner/attempt/settings.ts";
import { loadRunnerKey } from "../../runner/credential/runner-key.ts";
import { registerRunner } from "../../runner/main.ts";
import type { Job, JobKind, Outcome } from "../core/job.ts";
import type { AttemptSpec } from "../core/packet.ts";
import { Problem } from "../core/problem.ts";
import type { Run } from "../core/run.ts";
import { type Artifact, listArtifacts } from "../database/artifacts.ts";
import { type Attempt, listAttempts } from "../database/attempts.ts";
import { claimExactly, findOpenJob } from "../database/claim-exactly.ts";
import { findRunner } from "../database/runners.ts";
import { findRun } from "../database/runs.ts";
import { holdLease, LEASE_MS, type Lease, waited } from "../engine/lease.ts";
import { settleJob } from "../engine/settle-job.ts";
import { traced } from "../engine/tracing.ts";
import { workerName } from "../engine/worker-name.ts";
import { askAttempt } from "../jobs/ask-attempt.ts";
import type { AppContext } from "../jobs/context.ts";
import { lendToken } from "../jobs/lend.ts";
import { settleAttempt } from "../jobs/settle.ts";

export type ForegroundOrder = {
  context: AppContext;
  machine: Machine;
  runId: string;
  by: string;
  cause: string;
  change(spec: AttemptSpec): AttemptSpec;
  flags: readonly string[];
  onlooker: Onlooker;
  /** Gives everything up at once: the job goes back to the queue. */
  stop: AbortSignal;
};
export type ForegroundEnd =
  | { kind: "refused"; why: string }
  | { kind: "no_run" }
  | { kind: "interrupted" }
  | { kind: "ended"; attempt: Attempt; run: Run; artifacts: Artifact[] };

/** One attempt of one run in this process: asked for as the rules would, held, carried out and settled here. */
export async function foregroundAttempt(order: ForegroundOrder): Promise<ForegroundEnd> {
  const { context } = order;
  const machine = await enrol(order);
  const worker = workerName("foreground");
  const asked = await askAttempt(context, { ...order, worker });
  if (asked.kind !== "held") return asked;
  const { job, run } = asked;
  await carryOut(order, job, (lease) =>
    attemptJob(context.world, machine, {
      ...{ job, lease, onlooker: order.onlooker },
      meanwhile: () => carryOutHere(order, { runId: run.id, kind: "lend", worker, handler: lendToken }),
    }),
  );
  const attempt = (await listAttempts(context.world.database.knex, run.id)).findLast(
    ({ jobId, report }) => jobId === job.id && report !== null,
  );
  if (attempt === undefined) return { kind: "interrupted" };
  await settleHere(order, run.id, worker);
  return ended(order, attempt, run);
}

/** The same standing as any runner: on Postgres the app believes only those that are approved. */
async function enrol({ context, machine }: ForegroundOrder): Promise<Machine> {
  const { database } = context.world;
  const key = await loadRunnerKey(machine.dataDir);
  await registerRunner(context.world, machine.name, { capacity: 1, key });
  if ((await findRunner(database.knex, machine.name))?.approved !== false) return { ...machine, key };
  throw new Problem(
    `This machine, ${machine.name}, is not approved as a runner`,
    "its reports would not be believed",
    `Run: agentpr runners approve ${machine.name}`,
  );
}

async function carryOut(
  { context: { world }, stop }: ForegroundOrder,
  job: Job,
  work: (lease: Lease) => Promise<Outcome>,
): Promise<void> {
  const lease = holdLease(world, { jobId: job.id, claimId: job.claimId }, stop);
  try {
    const outcome = await traced(world, job, () => work(lease));
    if (!lease.finished()) await settleJob(world, job, outcome, stop.aborted);
  } catch (error) {
    // Handed back as any worker would, so that nobody waits for the lease to run out.
    await settleJob(world, job, { kind: "retry", why: "the foreground attempt failed" }, stop.aborted);
    throw error;
  } finally {
    await lease.release();
  }
}

const SETTLE_MS = 30_000;
const LOOK_MS = 250;

/** Settles the report unless an app is quicker; waits for it then, with a bound. */
async function settleHere(order: ForegroundOrder, runId: string, worker: string): Promise<void> {
  const until = performance.now() + SETTLE_MS;
  const here = { runId, kind: "settle", worker, handler: settleAttempt } as const;
  do if ((await carryOutHere(order, here)) !== "taken") return;
  while (performance.now() < until && (await waited(LOOK_MS, order.stop)));
}

type Here = { runId: string; kind: JobKind; worker: string; handler: typeof settleAttempt };

/** Carries out a job of the app's lane that waits for the run, if there is one that nobody else holds. */
async function carryOutHere(
  order: ForegroundOrder,
  { runId, kind, worker, handler }: Here,
): Promise<"none" | "taken" | "done"> {
  const { context } = order;
  const { database } = context.world;
  const open = await findOpenJob(database.knex, runId, kind);
  if (open === null) return "none";
  const job = await claimExactly(database, database.knex, { id: open.id, worker, leaseMs: LEASE_MS });
  if (job === null) return "taken";
  await carryOut(order, job, (lease) => handler(context, job, lease));
  return "done";
}

async function ended({ context }: ForegroundOrder, attempt: Attempt, run: Run): Promise<ForegroundEnd> {
  const { knex } = context.world.database;
  const artifacts = (await listArtifacts(knex, run.id)).filter(({ attemptId }) => attemptId === attempt.id);
  return { kind: "ended", attempt, run: (await findRun(knex, run.id)) ?? run, artifacts };
}
