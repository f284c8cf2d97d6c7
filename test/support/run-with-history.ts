// A run with an attempt that did not pass, one that did, and everything written about them, at fixed moments.

import { NO_CALLS } from "../../src/core/api-calls.ts";
import type { Event } from "../../src/core/event.ts";
import type { State } from "../../src/core/run.ts";
import { addCalls } from "../../src/database/api-calls.ts";
import { insertArtifact } from "../../src/database/artifacts.ts";
import { finishAttempt, insertAttempt } from "../../src/database/attempts.ts";
import type { Database } from "../../src/database/connect.ts";
import { listJobs } from "../../src/database/job-queries.ts";
import { insertJob } from "../../src/database/jobs.ts";
import { appendEntry } from "../../src/database/journal.ts";
import { insertRun } from "../../src/database/runs.ts";
import { sampleSpec } from "../core/sample-facts.ts";
import { sampleEvidence, sampleReport, verified } from "../core/sample-report.ts";
import { HEAD, runIn } from "../core/sample-run.ts";

export const NOON = Date.UTC(2026, 0, 1, 12);
const MINUTE = 60_000;

const HISTORY: readonly (readonly [Event, State, State])[] = [
  [{ type: "run.created", by: "ada", held: false }, "QUEUED", "QUEUED"],
  [{ type: "run.started" }, "QUEUED", "EXECUTING"],
  [{ type: "attempt.requested", attempt: 1 }, "EXECUTING", "EXECUTING"],
  [
    { type: "attempt.finished", attempt: 1, grade: "RETRYABLE", reason: "new_test_failures", threadId: null },
    "EXECUTING",
    "EXECUTING",
  ],
  [{ type: "attempt.requested", attempt: 2 }, "EXECUTING", "EXECUTING"],
  [
    { type: "attempt.finished", attempt: 2, grade: "PASS", reason: "runtime_success", threadId: "thread_1" },
    "EXECUTING",
    "EXECUTING",
  ],
  [{ type: "branch.published", sha: HEAD }, "EXECUTING", "EXECUTING"],
  [{ type: "run.escalated", reason: "a person asked for it" }, "EXECUTING", "NEEDS_HUMAN"],
];
const RED = {
  exitCode: 1,
  timedOut: false,
  durationMs: 1_500,
  failing: ["greets"],
  ran: 12,
  outputTail: "not ok 1 - greets",
};

export const TOLD = runIn("NEEDS_HUMAN", {
  id: "run_1a2b3c4d5e6f",
  reason: "a person asked for it",
  attempts: 2,
});

export async function writeHistory(database: Database): Promise<void> {
  const { knex } = database;
  await insertRun(database, knex, TOLD);
  await insertRun(database, knex, runIn("PAUSED", { id: "run_ffffffffffff", repo: "gadget" }));
  for (const [at, [event, from, to]] of HISTORY.entries())
    await appendEntry(database, knex, { runId: TOLD.id, cause: `c${at}`, event, from, to });
  await writeAttempts(database);
  const artifact = {
    runId: TOLD.id,
    attemptId: "att_2",
    name: "run_digest",
    location: "/data/digest.json",
    bytes: 512,
  };
  await insertArtifact(database, knex, artifact);
  const calls = { ...NO_CALLS, creations: 3, edits: 2, reads: 7, unchanged: 1, mints: 2, revocations: 2 };
  await addCalls(knex, TOLD.id, { ...calls, waits: 1, waitedMs: 850 });
  await knex("runs").update({
    created_at: NOON,
    updated_at: NOON + 9 * MINUTE,
    state_since: NOON + 9 * MINUTE,
  });
  await knex("journal").update({ at: knex.raw("? + id * ?", [NOON, MINUTE]) });
  await knex("artifacts").update({ created_at: NOON });
}

async function writeAttempts(database: Database): Promise<void> {
  const { knex } = database;
  const order = {
    kind: "attempt",
    runId: TOLD.id,
    payload: sampleSpec(),
    key: "attempt:1",
    once: "ever",
    mac: null,
  } as const;
  await insertJob(database, knex, order);
  const [job] = await listJobs(knex, { kind: "attempt" });
  const commands = [
    { command: "npm test", exitCode: 1, durationMs: 1_200 },
    { command: "sed -n 1,80p greet.js", exitCode: 0, durationMs: 15 },
  ];
  const failed = sampleReport({
    ...{
      attempt: 1,
      change: null,
      stages: [
        { name: "provision", ms: 900 },
        { name: "codex", ms: 65_000 },
      ],
    },
    grade: { grade: "RETRYABLE", reason: "new_test_failures", because: "npm test: greets in UTC" },
    evidence: sampleEvidence([verified({ verdict: "new_failure", newFailures: ["greets"], head: RED })], {
      commands,
    }),
  });
  const passed = sampleReport({
    ...{
      attempt: 2,
      stages: [
        { name: "provision", ms: 700 },
        { name: "codex", ms: 12_000 },
        { name: "verify", ms: 3_100 },
      ],
    },
    grade: { grade: "PASS", reason: "runtime_success", because: "12 tests passed" },
    evidence: sampleEvidence([verified({})], { commands }),
  });
  for (const [at, report] of [failed, passed].entries()) {
    const row = {
      id: `att_${at + 1}`,
      runId: TOLD.id,
      number: at + 1,
      jobId: job?.id ?? 0,
      claimId: at + 1,
      runner: "box",
    };
    await insertAttempt(database, knex, row);
    await finishAttempt(database, knex, row.id, report);
  }
  await knex("jobs").update({ status: "done" });
  await knex("attempts").update({ started_at: NOON + MINUTE, finished_at: NOON + 3 * MINUTE });
}
