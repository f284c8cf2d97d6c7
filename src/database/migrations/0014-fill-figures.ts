import type { Knex } from "knex";
import { z } from "zod";

const AT_ONCE = 200;

/** Only what figures are made of: a report of any earlier version has it, or counts as not having it. */
const OldReport = z.object({
  model: z.string().nullable().catch(null),
  skills: z.array(z.object({ name: z.string(), version: z.string() })).catch([]),
  grade: z.object({ grade: z.string(), reason: z.string() }),
  evidence: z.object({ usage: z.object({ inputTokens: z.number(), outputTokens: z.number() }) }),
  stages: z.array(z.object({ name: z.string(), ms: z.number() })).catch([]),
});

/** Rows for the reports that are there already, some at a time. */
export async function fillFigures(knex: Knex): Promise<void> {
  let after = "";
  for (;;) {
    const rows: Record<string, unknown>[] = await knex("attempts")
      .leftJoin("jobs", "jobs.id", "attempts.job_id")
      .where("attempts.id", ">", after)
      .whereNotNull("report")
      .whereNotNull("attempts.finished_at")
      .orderBy("attempts.id")
      .limit(AT_ONCE)
      .select("attempts.*", { asked_at: "jobs.created_at" });
    const figures = rows.flatMap(figuresOf);
    if (figures.length > 0) await knex("attempt_figures").insert(figures);
    if (rows.length < AT_ONCE) return;
    after = String(rows.at(-1)?.id);
  }
}

function figuresOf(row: Record<string, unknown>): Record<string, unknown>[] {
  const report = OldReport.safeParse(JSON.parse(String(row.report))).data;
  if (report === undefined) return []; // no report that anything was ever settled by
  const { usage } = report.evidence;
  const ms = (stage: string) =>
    report.stages.some(({ name }) => name === stage)
      ? Math.round(sum(report.stages.filter(({ name }) => name === stage)))
      : null;
  const { id: attempt_id, run_id, number, started_at, finished_at } = row;
  return [
    {
      ...{ attempt_id, run_id, number, started_at, finished_at },
      ...{ grade: report.grade.grade, reason: report.grade.reason, model: report.model },
      skills: report.skills
        .map(({ name, version }) => `${name}@${version}`)
        .toSorted()
        .join(","),
      tokens: usage.inputTokens + usage.outputTokens,
      waited_ms: Math.max(0, Number(started_at) - Number(row.asked_at ?? started_at)),
      total_ms: Math.round(sum(report.stages)),
      ...{ provision_ms: ms("provision"), codex_ms: ms("codex"), candidate_ms: ms("candidate") },
      ...{ verify_ms: ms("verify"), seal_ms: ms("seal") },
    },
  ];
}

function sum(stages: readonly { ms: number }[]): number {
  return stages.reduce((all, { ms }) => all + ms, 0);
}
