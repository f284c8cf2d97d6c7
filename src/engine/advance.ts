import type { Knex } from "knex";
import { Event } from "../core/event.ts";
import { Problem } from "../core/problem.ts";
import { reduce } from "../core/reduce.ts";
import { Run } from "../core/run.ts";
import { appendEntry, hasCause } from "../database/journal.ts";
import { insertRun, lockRun, updateRun } from "../database/runs.ts";
import { enqueue } from "./enqueue.ts";
import type { World } from "./world.ts";

/** `cause` names what made it happen (a webhook's GUID, a job and its claim, a click), never what happened. */
export type Happening = { runId: string; event: Event; cause: string };

export type Advanced =
  | { kind: "moved" | "noted"; run: Run }
  | { kind: "duplicate"; run: Run }
  | { kind: "refused"; run: Run; why: string }
  | { kind: "unknown_run" };

/**
 * The one function that changes a run. In one transaction: lock, journal, state, follow-up jobs.
 * A cause seen before changes nothing; a refused request leaves no trace.
 */
export async function advance(world: World, happening: Happening): Promise<Advanced> {
  return world.database.transaction((trx) => advanceIn(world, trx, happening));
}

/** The same inside a transaction that also writes something else, or ends a job. */
export async function advanceIn(
  world: World,
  trx: Knex.Transaction,
  { runId, event, cause }: Happening,
): Promise<Advanced> {
  const run = await lockRun(world.database, trx, runId);
  if (run === null) return { kind: "unknown_run" };
  if (await hasCause(trx, runId, cause)) return { kind: "duplicate", run };
  const verdict = reduce(run, Event.parse(event));
  if (verdict.kind === "refused") return { kind: "refused", run, why: verdict.why };
  await appendEntry(world.database, trx, { runId, cause, event, from: run.state, to: verdict.run.state });
  await write(world, trx, run, verdict.run);
  for (const job of verdict.jobs) await enqueue(world, trx, job);
  return { kind: verdict.kind, run: verdict.run };
}

async function write(world: World, trx: Knex.Transaction, before: Run, after: Run): Promise<void> {
  if (await updateRun(world.database, trx, before, after)) return;
  const why = "another process moved it within our lock";
  throw new Problem(`Run ${before.id} could not be written`, why, "Report this: it should be impossible");
}

type NewRun = Omit<
  Run,
  | "state"
  | "pausedFrom"
  | "reason"
  | "version"
  | "epoch"
  | "attempts"
  | "failedInRow"
  | "iterations"
  | "ciFixes"
  | "iteratingFor"
  | "answered"
  | "fork"
  | "threadId"
  | "changeId"
  | "changeSha"
  | "publishedSha"
  | "prNumber"
  | "prOpen"
  | "createdAt"
  | "updatedAt"
  | "stateSince"
>;

/** A new run, QUEUED and journaled; its first follow-up is its first decision. */
export async function beginRun(
  world: World,
  trx: Knex.Transaction,
  { run, by, held, cause }: { run: NewRun; by: string; held: boolean; cause: string },
): Promise<Run> {
  const fresh = Run.parse({
    ...run,
    state: "QUEUED",
    pausedFrom: null,
    reason: null,
    version: 0,
    epoch: 0,
    attempts: 0,
    failedInRow: 0,
    iterations: 0,
    ciFixes: 0,
    iteratingFor: null,
    answered: [],
    fork: null,
    threadId: null,
    changeId: null,
    changeSha: null,
    publishedSha: null,
    prNumber: null,
    prOpen: false,
    createdAt: 0,
    updatedAt: 0,
    stateSince: 0,
  });
  await insertRun(world.database, trx, fresh);
  const begun = await advanceIn(world, trx, {
    runId: fresh.id,
    event: { type: "run.created", by, held },
    cause,
  });
  return begun.kind === "unknown_run" ? fresh : begun.run;
}
