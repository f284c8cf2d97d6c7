import { z } from "zod";
import { AttemptReport } from "../core/attempt.ts";
import { Reason } from "../core/grade.ts";
import type { PastAttempt } from "../core/learning/past-attempt.ts";
import { AttemptSpec } from "../core/packet.ts";
import type { MetricRow } from "../core/statistics/skills-metrics.ts";
import { asksForTestChanges } from "../core/test-change-request.ts";
import { fromRow } from "./columns.ts";
import type { Database, Db } from "./connect.ts";
import { readOutcomes } from "./run-statistics.ts";

export type Recent = { limit: number; runId?: string | undefined };

const Row = z.object({
  attemptId: z.string(),
  runId: z.string(),
  owner: z.string(),
  repo: z.string(),
  promptVersion: z.string(),
  model: z.string().nullable(),
  skills: z.string(),
  grade: z.string(),
  reason: Reason,
  finishedAt: z.number(),
});

/** The newest attempts that ended, with what became of their runs. */
export async function readMetricRows(database: Database, recent: Recent): Promise<MetricRow[]> {
  const rows = (await newest(database.knex, recent)).map((row) => Row.parse(fromRow(row)));
  const outcomes = await readOutcomes(database, [...new Set(rows.map(({ runId }) => runId))]);
  return rows.map(({ owner, repo, skills, ...row }) => ({
    ...{ ...row, repository: `${owner}/${repo}` },
    skills: skills === "" ? [] : skills.split(","),
    ...(outcomes.get(row.runId) ?? { outcome: "under_way" as const, reviews: 0 }),
  }));
}

function newest(db: Db, { limit, runId }: Recent) {
  const query = db("attempt_figures")
    .join("runs", "runs.id", "attempt_figures.run_id")
    .orderBy([{ column: "finished_at", order: "desc" }, "attempt_id"])
    .limit(limit)
    .select("attempt_figures.*", "runs.owner", "runs.repo", "runs.prompt_version");
  return runId === undefined ? query : query.where({ run_id: runId });
}

/** The same attempts with all that they were graded by; one whose report or order cannot be read is left out. */
export async function readPastAttempts(db: Db, recent: Recent): Promise<PastAttempt[]> {
  const rows = await newest(db, recent);
  const past: PastAttempt[] = [];
  for (const { attempt_id: id } of rows) {
    const row = await db("attempts")
      .join("jobs", "jobs.id", "attempts.job_id")
      .where({ "attempts.id": id })
      .first("attempts.id", "attempts.report", "jobs.payload");
    const one = row === undefined ? null : pastAttempt(row);
    if (one !== null) past.push(one);
  }
  return past;
}

function pastAttempt(row: Record<string, unknown>): PastAttempt | null {
  const { id, report: text, payload } = fromRow(row, { json: ["report", "payload"] });
  const report = AttemptReport.safeParse(text).data;
  const spec = AttemptSpec.safeParse(payload).data;
  if (report === undefined || spec === undefined) return null;
  return {
    ...{ attemptId: String(id), runId: spec.runId, repository: `${spec.clone.owner}/${spec.clone.repo}` },
    ...{ promptVersion: spec.promptVersion, skills: report.skills, grade: report.grade },
    ...{ evidence: report.evidence, policy: spec.policy, failedInRow: spec.failedInRow },
    asksForTestChanges: asksForTestChanges(spec.packet.request),
  };
}
