import { expect, test } from "@jest/globals";
import { insertRun } from "../../src/database/runs.ts";
import { readSession, saveSession } from "../../src/database/sessions.ts";
import { runIn } from "../core/sample-run.ts";
import { DIALECTS, testDatabases } from "../support/databases.ts";

const databases = testDatabases();

test.each(DIALECTS)("on %s a run's newest session takes the place of its earlier one", async (dialect) => {
  const database = await databases.open(dialect);
  const run = runIn("EXECUTING", { id: "run_1" });
  await database.transaction((trx) => insertRun(database, trx, run));
  const session = {
    runId: "run_1",
    attemptId: "att_1",
    threadId: "thread-1",
    sha256: "a".repeat(64),
    bytes: 3,
    data: Buffer.from([0, 255, 10]),
  };
  const save = (more: object) =>
    database.transaction((trx) => saveSession(database, trx, { ...session, ...more }));

  expect(await readSession(database.knex, "run_1")).toBeNull();
  await save({});
  const first = await readSession(database.knex, "run_1");
  await save({ attemptId: "att_2", threadId: "thread-2", bytes: 90_000_000, data: null });

  expect({ ...first, data: [...(first?.data ?? [])] }).toEqual({ ...session, data: [0, 255, 10] });
  expect(await readSession(database.knex, "run_1")).toMatchObject({
    attemptId: "att_2",
    threadId: "thread-2",
    bytes: 90_000_000,
    data: null,
  });
});
