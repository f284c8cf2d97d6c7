import type { AttemptReport } from "../core/attempt.ts";
import { figuresOf } from "../core/statistics/attempt-figures.ts";
import type { Db } from "./connect.ts";

/** Writes what statistics need of a report, beside the attempt that has just been given it. */
export async function insertFigures(trx: Db, attemptId: string, report: AttemptReport): Promise<void> {
  const attempt = await trx("attempts")
    .leftJoin("jobs", "jobs.id", "attempts.job_id")
    .where({ "attempts.id": attemptId })
    .first("attempts.run_id", "number", "started_at", "attempts.finished_at", {
      asked_at: "jobs.created_at",
    });
  if (attempt === undefined) return;
  const { asked_at, ...row } = attempt;
  const { stages, totalMs, ...figures } = figuresOf(report);
  const times = Object.entries(stages).map(([stage, ms]) => [`${stage}_ms`, ms] as const);
  const values = {
    ...{ ...row, ...figures, ...Object.fromEntries(times), total_ms: totalMs },
    waited_ms: Math.max(0, Number(row.started_at) - Number(asked_at ?? row.started_at)),
  };
  await trx("attempt_figures")
    .insert({ attempt_id: attemptId, ...values })
    .onConflict("attempt_id")
    .merge();
}
