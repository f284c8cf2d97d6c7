import { randomUUID } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Job, JobRequest, Outcome } from "../../src/core/job.ts";
import { AttemptSpec } from "../../src/core/packet.ts";
import { insertArtifact } from "../../src/database/artifacts.ts";
import { finishAttempt, insertAttempt, saveProgress } from "../../src/database/attempts.ts";
import { insertChange } from "../../src/database/changes.ts";
import type { Db } from "../../src/database/connect.ts";
import { isHeld } from "../../src/database/held-jobs.ts";
import { type Session, saveSession } from "../../src/database/sessions.ts";
import { enqueue } from "../../src/engine/enqueue.ts";
import type { Lease } from "../../src/engine/lease.ts";
import type { World } from "../../src/engine/world.ts";
import type { Progress } from "../codex/codex-order.ts";
import { type AttemptOrder, type AttemptResult, runAttempt } from "./run-attempt.ts";
import type { RunnerSettings } from "./settings.ts";
import { watchRun } from "./watch-run.ts";

export type RunAttempt = (order: AttemptOrder) => Promise<AttemptResult>;

/** Carries out an `attempt` job: runs it, then writes attempt, change and artifacts and ends the job in one transaction. */
export async function attemptJob(
  world: World,
  settings: RunnerSettings,
  { job, lease, run = runAttempt }: { job: Job; lease: Lease; run?: RunAttempt },
): Promise<Outcome> {
  const spec = AttemptSpec.parse(job.payload);
  const attemptId = `att_${randomUUID().replaceAll("-", "").slice(0, 16)}`;
  if (!(await begin(world, settings, { job, lease, spec, attemptId }))) return { kind: "lost" };
  const eventsFile = join(settings.dataDir, "reports", `${spec.runId}_agent_events_${attemptId}.jsonl`);
  const result = await runWatched(world, { settings, spec, attemptId, eventsFile, lease, run });
  if (lease.signal.aborted) return { kind: "retry", why: "the attempt was interrupted" };
  const end = await lease.finish(async (trx) => {
    const { report, bundle, session } = result;
    await finishAttempt(world.database, trx, attemptId, report);
    if (report.change !== null && bundle !== null)
      await insertChange(world.database, trx, report.change, bundle);
    if (session) await keepSession(world, trx, { runId: spec.runId, attemptId, ...session });
    const bytes = await sizeOf(eventsFile);
    if (bytes !== null)
      await insertArtifact(world.database, trx, {
        runId: spec.runId,
        attemptId,
        name: "agent_events",
        location: eventsFile,
        bytes,
      });
    await enqueue(world, trx, settleRequest(spec.runId, attemptId));
  });
  return end === "lost" ? { kind: "lost" } : { kind: "done" };
}

async function keepSession({ database }: World, trx: Db, session: Session): Promise<void> {
  const { runId, attemptId, data } = session;
  await saveSession(database, trx, session);
  const location = `database:sessions/${runId}`;
  await insertArtifact(database, trx, {
    runId,
    attemptId,
    name: "codex_session",
    location,
    bytes: data?.length ?? 0,
  });
}

function settleRequest(runId: string, attemptId: string): JobRequest {
  return { kind: "settle", runId, payload: { attemptId }, key: `settle:${attemptId}`, once: "ever" };
}

type Beginning = { job: Job; lease: Lease; spec: AttemptSpec; attemptId: string };

function begin(
  world: World,
  { name }: RunnerSettings,
  { job, lease, spec, attemptId }: Beginning,
): Promise<boolean> {
  const row = {
    id: attemptId,
    runId: spec.runId,
    number: spec.attempt,
    jobId: job.id,
    claimId: job.claimId,
    runner: name,
  };
  return world.database.transaction(async (trx) => {
    if (!(await isHeld(world.database, trx, lease.claim))) return false;
    await insertAttempt(world.database, trx, row);
    return true;
  });
}

type Watched = {
  settings: RunnerSettings;
  spec: AttemptSpec;
  attemptId: string;
  eventsFile: string;
  lease: Lease;
  run: RunAttempt;
};

async function runWatched(
  world: World,
  { settings, spec, attemptId, eventsFile, lease, run }: Watched,
): Promise<AttemptResult> {
  const callOff = new AbortController();
  const over = new AbortController();
  const watching = watchRun(world, { ...spec, claim: lease.claim }, callOff, over.signal);
  const db = world.database.knex;
  try {
    const signal = AbortSignal.any([lease.signal, callOff.signal]);
    return await run({
      db,
      settings,
      spec,
      attemptId,
      eventsFile,
      signal,
      onProgress: thinned(world, attemptId),
    });
  } finally {
    over.abort();
    await watching;
  }
}

const PROGRESS_MS = 1_000;

/** Progress is for live views: at most once a second, and losing one is harmless. */
function thinned(world: World, attemptId: string): (progress: Progress & { stage: string }) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (progress) => {
    if (performance.now() - last < PROGRESS_MS) return;
    last = performance.now();
    saveProgress(world.database.knex, attemptId, progress).catch((error: unknown) =>
      world.log.debug({ err: error }, "progress not saved"),
    );
  };
}

async function sizeOf(file: string): Promise<number | null> {
  return stat(file).then(
    ({ size }) => size,
    () => null,
  );
}
