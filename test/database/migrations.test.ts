import { expect, test } from "@jest/globals";
import type { Run } from "../../src/core/run.ts";
import { toRow } from "../../src/database/columns.ts";
import { connect } from "../../src/database/connect.ts";
import { createTables } from "../../src/database/migrations/0001-first.ts";
import { addForks } from "../../src/database/migrations/0005-forks.ts";
import { migrate, requireMigrated } from "../../src/database/migrations.ts";
import { findRun } from "../../src/database/runs.ts";
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
