import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { lessen } from "../../src/core/allowance.ts";
import { priceOf } from "../../src/core/cost.ts";
import type { Job, JobRequest, Outcome } from "../../src/core/job.ts";
import { AttemptSpec } from "../../src/core/packet.ts";
import { insertArtifact, type NewArtifact } from "../../src/database/artifacts.ts";
import { readAttemptAmounts } from "../../src/database/attempt-amounts.ts";
import { finishAttempt, insertAttempt, saveProgress } from "../../src/database/attempts.ts";
import { insertChange } from "../../src/database/changes.ts";
import { type Db, readNow } from "../../src/database/connect.ts";
import { isHeld } from "../../src/database/held-jobs.ts";
import { type Session, saveSession } from "../../src/database/sessions.ts";
import { enqueue } from "../../src/engine/enqueue.ts";
import type { Lease } from "../../src/engine/lease.ts";
import type { World } from "../../src/engine/world.ts";
import type { Progress } from "../codex/codex-order.ts";
import { type Borrow, borrower } from "../credential/borrow.ts";
import { packetArtifact, packetsIn } from "./complete-packet.ts";
import { type AttemptOrder, type AttemptResult, runAttempt } from "./run-attempt.ts";
import type { RunnerSettings } from "./settings.ts";
import { type SweepOrder, sweepReports } from "./sweep-reports.ts";
import { sweepWorkspaces } from "./sweep-workspaces.ts";
import { watchRun } from "./watch-run.ts";
import { eventsFileIn, type ReportOrder, writeReports } from "./write-reports.ts";

export type RunAttempt = (order: AttemptOrder) => Promise<AttemptResult>;

/** Who watches an attempt in the foreground, and may call it off. */
export type Onlooker = Required<Pick<AttemptOrder, "onProgress" | "onStage">> & { callOff: AbortSignal };

/** Carries out an `attempt` job: runs it, then writes attempt, change and artifacts and ends the job in one transaction. */
export async function attemptJob(
  world: World,
  settings: RunnerSettings,
  {
    job,
    lease,
    run = runAttempt,
    onlooker,
    meanwhile,
  }: { job: Job; lease: Lease; run?: RunAttempt; onlooker?: Onlooker; meanwhile?: () => Promise<unknown> },
): Promise<Outcome> {
  const spec = await unspent(world, AttemptSpec.parse(job.payload));
  const attemptId = `att_${randomUUID().replaceAll("-", "").slice(0, 16)}`;
  if (!(await begin(world, settings, { job, lease, spec, attemptId }))) return { kind: "lost" };
  const at = await readNow(world.database);
  const folder = join(settings.dataDir, "reports");
  const eventsFile = eventsFileIn(folder, { runId: spec.runId, at });
  const borrow = borrower(world, {
    ...{ runner: settings.name, key: settings.key, spec, lease },
    ...(meanwhile ? { meanwhile } : {}),
  });
  const watched = { settings, spec, attemptId, eventsFile, lease, run, onlooker, borrow };
  const result = await runWatched(world, watched);
  if (lease.signal.aborted) return { kind: "retry", why: "the attempt was interrupted" };
  const { report, bundle, session } = result;
  const about = { spec, report, attemptId, runner: settings.name, at };
  const reports = await reportSafely(world, { ...about, folder, knownSecrets: settings.knownSecrets });
  const artifacts = [...reports, ...(await packetArtifact(settings, { spec, attemptId }))];
  const end = await lease.finish(async (trx) => {
    await finishAttempt(world.database, trx, attemptId, report);
    if (report.change !== null && bundle !== null)
      await insertChange(world.database, trx, report.change, bundle);
    if (session) await keepSession(world, trx, { runId: spec.runId, attemptId, ...session });
    for (const artifact of artifacts) await insertArtifact(world.database, trx, artifact);
    await enqueue(world, trx, settleRequest(spec.runId, attemptId));
  });
  for (const place of [{ folder }, packetsIn(settings.dataDir)]) await sweepSafely(world, place, spec);
  await sweepWorkspaces(world, settings.baseDir);
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

/** An attempt counts even where its reports cannot be written, as on a full disk. */
function reportSafely({ log }: World, order: ReportOrder): Promise<NewArtifact[]> {
  return writeReports(order).catch((error: unknown) => {
    log.error({ err: error, attempt: order.attemptId }, "reports not written");
    return [];
  });
}

async function sweepSafely(
  { database, log }: World,
  place: Pick<SweepOrder, "folder" | "isOurs">,
  { policy }: AttemptSpec,
): Promise<void> {
  await sweepReports(database.knex, { ...place, days: policy.retention.artifact_days }).catch(
    (error: unknown) => log.warn({ err: error }, "old reports not swept"),
  );
}

/** An earlier try of the same attempt may have been cut off: what it has spent is not there a second time. */
async function unspent({ database }: World, spec: AttemptSpec): Promise<AttemptSpec> {
  const { runId, attempt: number, policy, allowance } = spec;
  const price = priceOf(policy.codex_model, policy.prices);
  const spent = await readAttemptAmounts(database.knex, { runId, number, price, believed: true });
  return { ...spec, allowance: lessen(allowance, spent) };
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
  onlooker: Onlooker | undefined;
  borrow: Borrow;
};

async function runWatched(
  world: World,
  { settings, spec, attemptId, eventsFile, lease, run, onlooker, borrow }: Watched,
): Promise<AttemptResult> {
  const callOff = new AbortController();
  const over = new AbortController();
  const watching = watchRun(world, { ...spec, claim: lease.claim }, callOff, over.signal);
  const db = world.database.knex;
  try {
    const signals = [lease.signal, callOff.signal, ...(onlooker ? [onlooker.callOff] : [])];
    const save = thinned(world, attemptId);
    return await run({
      db,
      settings,
      spec,
      attemptId,
      eventsFile,
      borrow,
      signal: AbortSignal.any(signals),
      onProgress: (progress) => {
        save(progress);
        onlooker?.onProgress(progress);
      },
      ...(onlooker ? { onStage: onlooker.onStage } : {}),
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
    saveProgress(world.database, attemptId, progress).catch((error: unknown) =>
      world.log.debug({ err: error }, "progress not saved"),
    );
  };
}
