import { z } from "zod";
import { AttemptReport } from "../core/attempt.ts";
import { insertFigures } from "./attempt-figures.ts";
import { fromRow } from "./columns.ts";
import type { Database, Db } from "./connect.ts";
import type { Claim } from "./held-jobs.ts";

export const Attempt = z.object({
  id: z.string(),
  runId: z.string(),
  number: z.number().int(),
  jobId: z.number().int(),
  claimId: z.number().int(),
  runner: z.string(),
  status: z.enum(["running", "finished", "abandoned"]),
  threadId: z.string().nullable(),
  report: AttemptReport.nullable(),
  progress: z.record(z.string(), z.unknown()).nullable(),
  startedAt: z.number(),
  finishedAt: z.number().nullable(),
});
export type Attempt = z.infer<typeof Attempt>;

type NewAttempt = Pick<Attempt, "id" | "runId" | "number" | "jobId" | "claimId" | "runner">;

/** Begins an attempt; any earlier one of the same job was cut off and is marked so. */
export async function insertAttempt(database: Database, trx: Db, attempt: NewAttempt): Promise<void> {
  await trx("attempts").where({ job_id: attempt.jobId, status: "running" }).update({ status: "abandoned" });
  await trx("attempts").insert({
    id: attempt.id,
    run_id: attempt.runId,
    number: attempt.number,
    job_id: attempt.jobId,
    claim_id: attempt.claimId,
    runner: attempt.runner,
    status: "running",
    started_at: database.now(trx),
  });
}

export async function saveProgress(
  database: Database,
  id: string,
  progress: Record<string, unknown>,
): Promise<void> {
  await database
    .knex("attempts")
    .where({ id, status: "running" })
    .update({ progress: JSON.stringify(progress), seen_at: database.now() });
}

export async function finishAttempt(
  database: Database,
  trx: Db,
  id: string,
  report: AttemptReport,
): Promise<void> {
  await trx("attempts")
    .where({ id })
    .update({
      status: "finished",
      thread_id: report.threadId,
      grade: report.grade.grade,
      reason: report.grade.reason,
      report: JSON.stringify(report),
      finished_at: database.now(trx),
    });
  await insertFigures(trx, id, report);
}

/** The grade that counts, where it is another than the runner's own. */
export async function regradeAttempt(
  db: Db,
  { id, report }: Pick<Attempt, "id" | "report">,
  grade: AttemptReport["grade"],
): Promise<void> {
  await db("attempts")
    .where({ id })
    .update({ grade: grade.grade, reason: grade.reason, report: JSON.stringify({ ...report, grade }) });
  if (report !== null) await insertFigures(db, id, { ...report, grade });
}

export async function findAttempt(db: Db, id: string): Promise<Attempt | null> {
  const row = await db("attempts").where({ id }).first();
  return row ? parseAttempt(row) : null;
}

/** The attempt that was begun under this claim of its job. */
export async function findAttemptOf(db: Db, { jobId, claimId }: Claim): Promise<Attempt | null> {
  const row = await db("attempts").where({ job_id: jobId, claim_id: claimId }).first();
  return row ? parseAttempt(row) : null;
}

/** A run's attempts, oldest first. */
export async function listAttempts(db: Db, runId: string): Promise<Attempt[]> {
  return (await db("attempts").where({ run_id: runId }).orderBy("started_at").limit(1_000)).map(parseAttempt);
}

export async function findNewestAttempt(db: Db, runId: string): Promise<Attempt | null> {
  const row = await db("attempts").where({ run_id: runId }).orderBy("started_at", "desc").first();
  return row ? parseAttempt(row) : null;
}

function parseAttempt(row: Record<string, unknown>): Attempt {
  return Attempt.parse(fromRow(row, { json: ["report", "progress"] }));
}

/** The attempt that is under way for a run, if there is one. */
export async function runningAttempt(db: Db, runId: string): Promise<Attempt | null> {
  const row = await db("attempts")
    .where({ run_id: runId, status: "running" })
    .orderBy("number", "desc")
    .first();
  return row ? parseAttempt(row) : null;
}
