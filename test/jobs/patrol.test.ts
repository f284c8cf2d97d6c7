import { expect, test } from "@jest/globals";
import { addWaiting } from "../../bench/patrol.ts";
import type { Event } from "../../src/core/event.ts";
import { DEFAULT_POLICY } from "../../src/core/policy.ts";
import { readNow } from "../../src/database/connect.ts";
import { listJobs } from "../../src/database/job-queries.ts";
import { listNotices } from "../../src/database/notices.ts";
import { insertRun } from "../../src/database/runs.ts";
import { advance } from "../../src/engine/advance.ts";
import { patrol } from "../../src/jobs/patrol.ts";
import { runIn } from "../core/sample-run.ts";
import { DIALECTS, testDatabases } from "../support/databases.ts";
import { testWorld } from "../support/world.ts";

const databases = testDatabases();
const policyFor = () => DEFAULT_POLICY;

test.each(DIALECTS)(
  "on %s a patrol over runs with nothing to do asks as much as one over none",
  async (dialect) => {
    const database = await databases.open(dialect);
    const world = testWorld(database);
    const asked: string[] = [];
    database.knex.on("query", ({ sql }: { sql: string }) => asked.push(sql));
    await patrol({ world, policyFor });
    const before = asked.splice(0).length;
    await addWaiting(database, 200);
    asked.splice(0);

    await patrol({ world, policyFor });

    expect(asked).toHaveLength(before);
    expect(await listJobs(database.knex, { status: "queued" })).toEqual([]);
  },
);

test("those longest untouched come first, and each is asked for once", async () => {
  const database = await databases.open("sqlite");
  const world = testWorld(database);
  for (const [id, at] of [
    ["run_young", 9],
    ["run_old", 1],
    ["run_middle", 5],
  ] as const) {
    await insertRun(database, database.knex, runIn("EXECUTING", { id }));
    await database.knex("runs").where({ id }).update({ updated_at: at });
  }

  await patrol({ world, policyFor });
  await patrol({ world, policyFor });

  const jobs = await listJobs(database.knex, { kind: "decide" });
  expect(jobs.map(({ runId }) => runId)).toEqual(["run_old", "run_middle", "run_young"]);
});

const DAY_MS = 24 * 3_600_000;

test.each(DIALECTS)(
  "on %s reviewers who say nothing for long are told of once, unless one has spoken or policy says never",
  async (dialect) => {
    const database = await databases.open(dialect);
    const world = testWorld(database);
    const now = await readNow(database);
    for (const [id, days] of [
      ["run_silent", 15],
      ["run_spoken", 15],
      ["run_fresh", 13],
    ] as const) {
      await insertRun(database, database.knex, runIn("REVIEW_WAIT", { id }));
      await database
        .knex("runs")
        .where({ id })
        .update({ state_since: now - days * DAY_MS });
    }
    const approved: Event = { type: "feedback.approved", by: "mia", sha: "a".repeat(40) };
    await advance(world, { runId: "run_spoken", event: approved, cause: "mia approves" });

    await patrol({ world, policyFor: () => ({ ...DEFAULT_POLICY, review_silence: 0 }) });
    expect(await listNotices(database.knex, "run_silent")).toEqual([]);
    await patrol({ world, policyFor });
    await patrol({ world, policyFor });

    expect(await listNotices(database.knex, "run_silent")).toMatchObject([
      { text: expect.stringContaining("no reviewer's word for 14 days") },
    ]);
    for (const other of ["run_spoken", "run_fresh"])
      expect(await listNotices(database.knex, other)).toEqual([]);
  },
);
