import { expect, test } from "@jest/globals";
import type { Run } from "../../src/core/run.ts";
import { finishAttempt, insertAttempt } from "../../src/database/attempts.ts";
import { toRow } from "../../src/database/columns.ts";
import { connect } from "../../src/database/connect.ts";
import { createTables } from "../../src/database/migrations/0001-first.ts";
import { addForks } from "../../src/database/migrations/0005-forks.ts";
import { fillFigures } from "../../src/database/migrations/0014-fill-figures.ts";
import { migrate } from "../../src/database/migrations.ts";
import { findRun, insertRun } from "../../src/database/runs.ts";
import { requireMigrated } from "../../src/database/schema-version.ts";
import { sampleReport } from "../core/sample-report.ts";
import { runIn } from "../core/sample-run.ts";
import { DIALECTS, testDatabases } from "../support/databases.ts";

const databases = testDatabases();

test.each(DIALECTS)("on %s migrating again changes nothing", async (dialect) => {
  const database = await databases.open(dialect);
  const names = await database.knex("migrations").select("name");

  expect(await migrate(database)).toEqual([]);
  expect(await database.knex("migrations").select("name")).toEqual(names);
  await expect(requireMigrated(database)).resolves.toBeUndefined();
});

test.each(DIALECTS)("on %s runs of the version before forks are kept, and have none", async (dialect) => {
  const database = connect(await databases.empty(dialect));
  await createTables(database.knex);
  await database.knex("runs").insert(rowOf(runIn("CI_WAIT", { id: "run_old" })));

  await addForks(database.knex);

  expect(await findRun(database.knex, "run_old")).toMatchObject({
    id: "run_old",
    mode: "direct",
    fork: null,
  });
  await database.close();
});

function rowOf({ fork, ...run }: Run) {
  return toRow(run, ["request", "answered"]);
}

test.each(DIALECTS)("on %s a database without tables is refused with what to do", async (dialect) => {
  const database = databases.connect(await databases.empty(dialect));

  await expect(requireMigrated(database)).rejects.toMatchObject({
    message: "The database is not ready",
    why: "it has no tables yet",
    remedy: "Run: agentpr init-db",
  });
});

test.each(DIALECTS)("on %s a database of a newer version is refused, and left as it is", async (dialect) => {
  const database = await databases.open(dialect);
  await database.knex("migrations").insert({ name: "9999_later", batch: 2, migration_time: new Date() });

  for (const use of [requireMigrated, migrate])
    await expect(use(database)).rejects.toMatchObject({
      message: "The database was made by a newer version of agentpr",
      why: "it has 9999_later, which this version does not know",
    });
});

test.each(DIALECTS)("on %s a database that lacks the newest migration is named so", async (dialect) => {
  const database = await databases.open(dialect);
  const newest = await database.knex("migrations").orderBy("id", "desc").first("name");
  await database.knex("migrations").where({ name: newest.name }).del();

  await expect(requireMigrated(database)).rejects.toMatchObject({ message: "The database is not ready" });
});

test("an address of another kind is refused with what to write", () => {
  expect(() => connect("mysql://x")).toThrow(
    expect.objectContaining({ remedy: "Set it to sqlite:<path> or postgres://user:password@host/database" }),
  );
});

test.each(DIALECTS)(
  "on %s reports that were there before statistics have figures afterwards",
  async (dialect) => {
    const database = await databases.open(dialect);
    const { knex } = database;
    await insertRun(database, knex, runIn("EXECUTING"));
    for (const number of [1, 2]) {
      const key = {
        id: `att_${number}`,
        runId: "run_sample",
        number,
        jobId: number,
        claimId: 1,
        runner: "box",
      };
      await insertAttempt(database, knex, key);
      const skills = ["b", "a"].map((name) => ({ name, version: "1.0.0", hash: "0" }));
      const stages = [{ name: "codex", ms: 7.4 }];
      await finishAttempt(database, knex, key.id, sampleReport({ attempt: number, skills, stages }));
    }
    const written = await knex("attempt_figures").orderBy("attempt_id");
    await knex("attempt_figures").del();
    await knex("attempts").where({ id: "att_2" }).update({ report: '{"version":"unknown"}' });

    await fillFigures(knex);

    expect(written[0]).toMatchObject({
      skills: "a@1.0.0,b@1.0.0",
      codex_ms: 7,
      seal_ms: null,
      grade: "PASS",
    });
    expect(await knex("attempt_figures")).toEqual(written.slice(0, 1));
  },
);
