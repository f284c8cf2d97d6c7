import { expect, test } from "@jest/globals";
import { connect } from "../../src/database/connect.ts";
import { migrate, requireMigrated } from "../../src/database/migrations.ts";
import { DIALECTS, testDatabases } from "../support/databases.ts";

const databases = testDatabases();

test.each(DIALECTS)("on %s migrating again changes nothing", async (dialect) => {
  const database = await databases.open(dialect);
  const names = await database.knex("migrations").select("name");

  expect(await migrate(database)).toEqual([]);
  expect(await database.knex("migrations").select("name")).toEqual(names);
  await expect(requireMigrated(database)).resolves.toBeUndefined();
});

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
