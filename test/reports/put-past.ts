import type { Evidence } from "../../src/core/evidence.ts";
import { gradeAttempt } from "../../src/core/grading.ts";
import type { Policy } from "../../src/core/policy.ts";
import { finishAttempt, insertAttempt } from "../../src/database/attempts.ts";
import type { Database } from "../../src/database/connect.ts";
import { findNewestJob } from "../../src/database/job-queries.ts";
import { insertJob } from "../../src/database/jobs.ts";
import { insertRun } from "../../src/database/runs.ts";
import { sampleSpec } from "../core/sample-facts.ts";
import { sampleReport } from "../core/sample-report.ts";
import { runIn } from "../core/sample-run.ts";

type Past = { run: string; evidence: Evidence; policy?: Partial<Policy>; promptVersion?: string };

/** A run with one attempt that ended, with its order and its report as the rules grade it. */
export async function putPast(
  database: Database,
  { run: runId, evidence, policy = {}, promptVersion = "v1" }: Past,
): Promise<void> {
  const { knex } = database;
  const spec = { ...sampleSpec(policy), runId, promptVersion };
  await insertRun(database, knex, runIn("NEEDS_HUMAN", { id: runId, promptVersion }));
  const request = { kind: "attempt", runId, payload: spec, key: `attempt:${runId}` } as const;
  await insertJob(database, knex, { ...request, once: "ever", mac: null });
  const job = await findNewestJob(knex, runId, "attempt");
  const row = { id: `att_${runId}`, runId, number: 1, jobId: job?.id ?? 0, claimId: 1, runner: "box" };
  await insertAttempt(database, knex, row);
  const input = { policy: spec.policy, attempt: 1, asksForTestChanges: false };
  const grade = gradeAttempt(evidence, input);
  await finishAttempt(database, knex, row.id, sampleReport({ runId, evidence, grade, change: null }));
}
