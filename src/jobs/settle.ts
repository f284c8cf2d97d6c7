import { z } from "zod";
import type { AttemptReport } from "../core/attempt.ts";
import type { Event } from "../core/event.ts";
import type { Grade } from "../core/grade.ts";
import { gradeAttempt } from "../core/grading.ts";
import type { Job, Outcome } from "../core/job.ts";
import { AttemptSpec } from "../core/packet.ts";
import { asksForTestChanges } from "../core/test-change-request.ts";
import { type Attempt, findAttempt, regradeAttempt } from "../database/attempts.ts";
import { acceptChange, findChange } from "../database/changes.ts";
import { type Db, readNow } from "../database/connect.ts";
import { findJob } from "../database/job-queries.ts";
import { hasCause } from "../database/journal.ts";
import { insertNotice } from "../database/notices.ts";
import { findRunner } from "../database/runners.ts";
import { findRun } from "../database/runs.ts";
import { advanceIn } from "../engine/advance.ts";
import { closeSpending } from "../engine/close-spending.ts";
import type { Lease } from "../engine/lease.ts";
import { changeParts, isJobSigned, sign } from "../engine/sign.ts";
import type { AppContext } from "./context.ts";
import { gradeWithModel } from "./grade-output.ts";

const Payload = z.object({ attemptId: z.string() });

type Believed = { attempt: Attempt; report: AttemptReport; spec: AttemptSpec };

/** Weighs a runner's report: grades its evidence anew, accepts the change under the app's signature, moves the run. */
export async function settleAttempt(context: AppContext, job: Job, lease: Lease): Promise<Outcome> {
  const { attemptId } = Payload.parse(job.payload);
  const believed = await believe(context, context.world.database.knex, attemptId);
  if (typeof believed === "string") return disbelieve(context, job, attemptId, believed);
  const grade = await regrade(context, believed, lease.signal);
  const now = await readNow(context.world.database);
  const end = await lease.finish(async (trx) => {
    const { report } = believed;
    // Once settled is settled: a report that was changed afterwards must not have its change accepted anew.
    if (await hasCause(trx, report.runId, `settle:${attemptId}:0`)) return;
    await closeSpending(context.world.database, trx, { runId: report.runId, number: report.attempt });
    if (grade.reason !== report.grade.reason) await regradeAttempt(trx, believed.attempt, grade);
    if (grade.grade === "PASS" && report.change !== null) await accept(context, trx, report.change.id);
    for (const [index, event] of outcomeEvents(report, grade, now).entries())
      await advanceIn(context.world, trx, {
        runId: report.runId,
        event,
        cause: `settle:${attemptId}:${index}`,
      });
  });
  return end === "lost" ? { kind: "lost" } : { kind: "done" };
}

/** The report, if it answers an attempt that the app itself asked for and was written under its claim; else why not. */
async function believe(context: AppContext, db: Db, attemptId: string): Promise<Believed | string> {
  const { world, requireApprovedRunners } = context;
  const attempt = await findAttempt(db, attemptId);
  if (attempt?.report === null || attempt?.report === undefined) return "there is no such report";
  const asked = await findJob(db, attempt.jobId);
  if (asked?.kind !== "attempt" || world.key === null || !isJobSigned(world.key, asked))
    return "the app did not ask for it";
  if (asked.status !== "done" || asked.claimId !== attempt.claimId)
    return "it was not written under the job's claim";
  const spec = AttemptSpec.parse(asked.payload);
  const { report } = attempt;
  if (spec.runId !== report.runId || spec.attempt !== report.attempt) return "it is about another attempt";
  if (requireApprovedRunners && !(await findRunner(db, attempt.runner))?.approved)
    return `runner ${attempt.runner} is not approved`;
  return (await changeMatches(db, attempt, report))
    ? { attempt, report, spec }
    : "its change is not the stored one";
}

async function changeMatches(db: Db, attempt: Attempt, { change }: AttemptReport): Promise<boolean> {
  if (change === null) return true;
  const stored = await findChange(db, change.id);
  if (stored === null || stored.attemptId !== attempt.id || stored.runId !== attempt.runId) return false;
  return JSON.stringify(changeParts(stored)) === JSON.stringify(changeParts(change));
}

async function disbelieve({ world }: AppContext, job: Job, attemptId: string, why: string): Promise<Outcome> {
  const text = `The report of attempt ${attemptId} was not believed: ${why}.`;
  await insertNotice(world.database, world.database.knex, {
    runId: job.runId,
    priority: "urgent",
    text,
    cause: `disbelieved:${job.id}`,
  });
  return { kind: "dead", why };
}

async function regrade(context: AppContext, { report, spec }: Believed, signal: AbortSignal): Promise<Grade> {
  const { policy } = spec;
  const grade = gradeAttempt(report.evidence, {
    policy,
    attempt: spec.failedInRow + 1,
    asksForTestChanges: asksForTestChanges(spec.packet.request),
  });
  const run = await findRun(context.world.database.knex, report.runId);
  return run === null ? grade : gradeWithModel(context, { run, report, policy, grade, signal });
}

async function accept({ world }: AppContext, trx: Db, changeId: string): Promise<void> {
  const stored = await findChange(trx, changeId);
  if (stored === null || world.key === null) return;
  await acceptChange(trx, changeId, sign(world.key, "change", changeParts(stored)));
}

/** How long a provider is left alone that did not say when its limit resets. */
const UNKNOWN_RESET_MS = 15 * 60_000;

/** A provider's limit and a called-off attempt are nobody's failure: the run only waits. */
function outcomeEvents(report: AttemptReport, { grade, reason }: Grade, now: number): Event[] {
  const { attempt, threadId, change } = report;
  const { codex } = report.evidence;
  if (codex?.kind === "cancelled")
    return [{ type: "attempt.parked", attempt, reason: "called off", until: 0 }];
  if (codex?.kind === "provider_limit")
    return [
      {
        type: "attempt.parked",
        attempt,
        reason: codex.message ?? "provider limit",
        until: codex.resetAt ?? now + UNKNOWN_RESET_MS,
      },
    ];
  const finished: Event = { type: "attempt.finished", attempt, grade, reason, threadId };
  const sealed: Event[] =
    grade === "PASS" && change ? [{ type: "change.sealed", changeId: change.id, sha: change.sha }] : [];
  return [...sealed, finished];
}
