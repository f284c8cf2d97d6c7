import { expect, test } from "@jest/globals";
import { connect, type Database, readNow } from "../../src/database/connect.ts";
import { insertNotice, listNotices } from "../../src/database/notices.ts";
import { DIALECTS, testDatabases } from "../support/databases.ts";

const databases = testDatabases();
const notice = (cause: string) => ({ runId: null, priority: "low", text: "x", cause }) as const;

test.each(DIALECTS)("on %s the clock is the database's, and moves with its offset", async (dialect) => {
  const database = await databases.open(dialect);
  expect(Math.abs((await readNow(database)) - Date.now())).toBeLessThan(60_000);

  for (const offset of [3_600_000, -3_600_000]) {
    database.setClockOffset(offset);
    const moved = (await readNow(database)) - Date.now();
    expect(Math.abs(moved - offset)).toBeLessThan(60_000);
  }
});

test.each(DIALECTS)("on %s a transaction writes everything or nothing", async (dialect) => {
  const database = await databases.open(dialect);

  const failing = database.transaction(async (trx) => {
    await insertNotice(database, trx, notice("a"));
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  await database.transaction((trx) => insertNotice(database, trx, notice("b")));

  expect(await listNotices(database.knex, null)).toMatchObject([{ cause: "b" }]);
});

test("a SQLite transaction begins as a writer, so that a reader which writes later never meets a lock", async () => {
  const url = await databases.fresh("sqlite");
  const [one, two] = [databases.connect(url), databases.connect(url)];
  const order: string[] = [];

  const readThenWrite = (database: typeof one, name: string) =>
    database.transaction(async (trx) => {
      const before = await listNotices(trx, null);
      order.push(`${name} read ${before.length}`);
      await insertNotice(database, trx, notice(name));
      order.push(`${name} wrote`);
    });
  await Promise.all([readThenWrite(one, "one"), readThenWrite(two, "two")]);

  const [first] = order[0]?.split(" ") ?? [];
  const second = first === "one" ? "two" : "one";
  expect(order).toEqual([`${first} read 0`, `${first} wrote`, `${second} read 1`, `${second} wrote`]);
});

test("SQLite keeps a commit once it has answered: WAL, and every commit on the disk", async () => {
  const { knex } = await databases.open("sqlite");

  expect(await knex.raw("pragma journal_mode")).toEqual([{ journal_mode: "wal" }]);
  expect(await knex.raw("pragma synchronous")).toEqual([{ synchronous: 2 }]);
  expect(await knex.raw("pragma foreign_keys")).toEqual([{ foreign_keys: 1 }]);
});

test("on Postgres a statement and a transaction that is forgotten have a limit, and changes of the schema have none", async () => {
  const url = await databases.fresh("postgres");
  const limitsOf = async ({ knex }: Database) => {
    const names = ["statement_timeout", "idle_in_transaction_session_timeout"];
    return Promise.all(names.map(async (name) => Object.values((await knex.raw(`show ${name}`)).rows[0])[0]));
  };
  const patient = connect(url, { patient: true });

  const limits = [await limitsOf(databases.connect(url)), await limitsOf(patient)];
  await patient.close();

  expect(limits).toEqual([
    ["8s", "15s"],
    ["0", "0"],
  ]);
});
