import type { AttemptReport } from "../../src/core/attempt.ts";
import type { Event } from "../../src/core/event.ts";
import { NO_USAGE } from "../../src/core/evidence.ts";
import type { Grade } from "../../src/core/grade.ts";
import type { Run, State } from "../../src/core/run.ts";
import { finishAttempt, insertAttempt } from "../../src/database/attempts.ts";
import type { Database } from "../../src/database/connect.ts";
import { insertRun } from "../../src/database/runs.ts";
import { sampleEvidence, sampleReport, verified } from "../core/sample-report.ts";
import { HEAD, runIn } from "../core/sample-run.ts";

export const MINUTE = 60_000;
/** A Monday. */
export const START = Date.parse("2026-03-02T00:00:00Z");

export type Told = { type: Event["type"]; at: number; to?: State; sha?: string };
export type Tried = {
  grade: Grade["grade"];
  reason: Grade["reason"];
  model?: string;
  skills?: string[];
  tokens?: number;
  cost?: number;
  stages?: Record<string, number>;
};
export type Life = {
  run: Partial<Run> & Pick<Run, "id" | "state">;
  at: number;
  tried: Tried[];
  told: Told[];
};

let jobs = 0;

/** A run with its attempts and its journal, at the moments that are given and not at those of the clock. */
export async function putLife(database: Database, { run, at, tried, told }: Life): Promise<void> {
  const { knex } = database;
  const { state, ...more } = run;
  await insertRun(database, knex, runIn(state, { publishedSha: HEAD, ...more }));
  await knex("runs")
    .where({ id: run.id })
    .update({ created_at: at, updated_at: at + 60 * MINUTE });
  for (const [index, each] of tried.entries()) await putAttempt(database, run.id, { ...each, index, at });
  let from: State = "QUEUED";
  for (const [index, one] of told.entries()) {
    const { type, at: when, sha } = one;
    const to: State = one.to ?? from;
    const event = JSON.stringify({ type, by: "ada", ...(sha === undefined ? {} : { sha }) });
    const row = {
      run_id: run.id,
      cause: `told:${index}`,
      type,
      event,
      from_state: from,
      to_state: to,
      at: when,
    };
    await knex("journal").insert(row);
    from = to;
  }
}

async function putAttempt(
  database: Database,
  runId: string,
  { index, at, grade, reason, ...more }: Tried & { index: number; at: number },
): Promise<void> {
  const { knex } = database;
  const number = index + 1;
  const id = `${runId}_${number}`;
  jobs += 1;
  await insertAttempt(database, knex, { id, runId, number, jobId: jobs, claimId: 1, runner: "box" });
  await knex("attempts")
    .where({ id })
    .update({ started_at: at + number });
  const evidence = sampleEvidence([verified()], { usage: { ...NO_USAGE, inputTokens: more.tokens ?? 0 } });
  const report: AttemptReport = sampleReport({
    ...{ runId, attempt: number, evidence, change: null, model: more.model ?? null },
    grade: { grade, reason, because: "so" },
    skills: (more.skills ?? []).map((name) => ({ name, version: "1.0.0", hash: "0" })),
    stages: Object.entries(more.stages ?? {}).map(([name, ms]) => ({ name, ms })),
  });
  await finishAttempt(database, knex, id, report);
  if (more.cost === undefined) return;
  const spent = { tokens: more.tokens ?? 0, cost: more.cost, wall: 1, price: "{}", status: "settled" };
  await knex("spending").insert({
    run_id: runId,
    number,
    repository_id: 7,
    day: 1,
    ...spent,
    created_at: at,
  });
}
