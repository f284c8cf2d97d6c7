import { expect, test } from "@jest/globals";
import { addWaiting } from "../../bench/patrol.ts";
import { listJobs } from "../../src/database/job-queries.ts";
import { insertRun } from "../../src/database/runs.ts";
import { patrol } from "../../src/jobs/patrol.ts";
import { runIn } from "../core/sample-run.ts";
import { DIALECTS, testDatabases } from "../support/databases.ts";
import { testWorld } from "../support/world.ts";

const databases = testDatabases();

test.each(DIALECTS)(
  "on %s a patrol over runs with nothing to do asks as much as one over none",
  async (dialect) => {
    const database = await databases.open(dialect);
    const world = testWorld(database);
    const asked: string[] = [];
    database.knex.on("query", ({ sql }: { sql: string }) => asked.push(sql));
    await patrol({ world });
    const before = asked.splice(0).length;
    await addWaiting(database, 200);
    asked.splice(0);

    await patrol({ world });

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

  await patrol({ world });
  await patrol({ world });

  const jobs = await listJobs(database.knex, { kind: "decide" });
  expect(jobs.map(({ runId }) => runId)).toEqual(["run_old", "run_middle", "run_young"]);
});
