import { expect, test } from "@jest/globals";
import { readNow } from "../../src/database/connect.ts";
import { insertNotice } from "../../src/database/notices.ts";
import {
  countStates,
  findRunsByPrefix,
  findRunsByRepository,
  listRunsIn,
} from "../../src/database/run-lists.ts";
import { insertRun } from "../../src/database/runs.ts";
import {
  dropButtons,
  findButton,
  insertButtons,
  takeButton,
  trimButtons,
} from "../../src/database/telegram-buttons.ts";
import { saveCard, staleCards } from "../../src/database/telegram-cards.ts";
import {
  closeChat,
  findChat,
  rememberList,
  rememberRun,
  reopenChat,
} from "../../src/database/telegram-chats.ts";
import {
  finishUpdate,
  keepUpdate,
  trimUpdates,
  unfinishedUpdates,
} from "../../src/database/telegram-updates.ts";
import { newestNews, saveTold, toldOf, trimTold } from "../../src/database/told.ts";
import { runIn } from "../core/sample-run.ts";
import { DIALECTS, testDatabases } from "../support/databases.ts";

const databases = testDatabases();

test.each(DIALECTS)("on %s a chat, its run and its list are remembered, each for itself", async (dialect) => {
  const database = await databases.open(dialect);
  await rememberRun(database, 5, "run_1");
  await rememberList(database, 5, ["run_2", "run_3"]);
  await closeChat(database, 5);

  expect(await findChat(database.knex, 5)).toMatchObject({
    runId: "run_1",
    listed: ["run_2", "run_3"],
    closedAt: expect.any(Number),
  });
  await reopenChat(database, 5);
  expect((await findChat(database.knex, 5)).closedAt).toBeNull();
  expect(await findChat(database.knex, 6)).toEqual({
    id: 6,
    runId: null,
    listed: [],
    closedAt: null,
    awaits: null,
  });
});

test.each(DIALECTS)("on %s a button is used up once, by whoever is first", async (dialect) => {
  const database = await databases.open(dialect);
  const button = {
    chatId: 5,
    cardId: "c",
    action: "pause",
    input: { run: "run_1" },
    once: true,
    data: "secret",
    ttlMs: 1_000,
  };
  await insertButtons(database, [button]);

  const taken = await Promise.all(["a", "b", "c"].map((cause) => takeButton(database.knex, "secret", cause)));

  expect(taken.filter(Boolean)).toHaveLength(1);
  expect(await findButton(database.knex, "secret")).toMatchObject({
    chatId: 5,
    action: "pause",
    input: { run: "run_1" },
    once: true,
  });
  expect(JSON.stringify(await database.knex("buttons"))).not.toContain("secret");
  database.setClockOffset(2_000);
  await trimButtons(database);
  expect(await findButton(database.knex, "secret")).toBeNull();
});

test.each(DIALECTS)("on %s a card keeps the buttons that it offers again, and no others", async (dialect) => {
  const database = await databases.open(dialect);
  const { knex } = database;
  const made = { chatId: 5, cardId: "c", input: { run: "run_1" }, once: true, ttlMs: 1_000 };
  const [pause, retry, elsewhere] = [
    { ...made, action: "pause", data: "pause" },
    { ...made, action: "retry", data: "retry" },
    { ...made, action: "retry", data: "elsewhere", cardId: "d" },
  ];
  await insertButtons(database, [pause, retry, elsewhere]);

  await dropButtons(knex, "c", [pause, { action: "retry", input: { run: "run_2" } }]);
  const kept = await Promise.all(["pause", "retry", "elsewhere"].map((data) => findButton(knex, data)));
  await dropButtons(knex, "c", []);

  expect(kept.map((found) => found?.action ?? null)).toEqual(["pause", null, "retry"]);
  expect(await findButton(knex, "pause")).toBeNull();
});

test.each(DIALECTS)(
  "on %s an update is kept until it was dealt with, and known afterwards",
  async (dialect) => {
    const database = await databases.open(dialect);
    expect(await keepUpdate(database, 7, { text: "hello" })).toBe(true);
    expect(await keepUpdate(database, 7, { text: "hello" })).toBe(true);
    expect(await unfinishedUpdates(database)).toEqual([{ text: "hello" }]);
    await finishUpdate(database, 7);
    expect(await keepUpdate(database, 7, { text: "hello" })).toBe(false);
    expect(await unfinishedUpdates(database)).toEqual([]);

    database.setClockOffset(10_000);
    await trimUpdates(database, 5_000);
    expect(await keepUpdate(database, 7, {})).toBe(true);
  },
);

test.each(DIALECTS)(
  "on %s runs are found by what people call them, and cards by what moved",
  async (dialect) => {
    const database = await databases.open(dialect);
    const { knex } = database;
    await insertRun(database, knex, runIn("DONE", { id: "run_aaaa1111", owner: "Octo", repo: "Widget" }));
    await insertRun(
      database,
      knex,
      runIn("EXECUTING", { id: "run_aaaa2222", owner: "octo", repo: "widget", changeId: null }),
    );
    const ids = (runs: { id: string }[]) => runs.map(({ id }) => id).toSorted();

    expect(ids(await findRunsByPrefix(knex, "aaaa1"))).toEqual(["run_aaaa1111"]);
    expect(ids(await findRunsByPrefix(knex, "run_aaaa"))).toEqual(["run_aaaa1111", "run_aaaa2222"]);
    expect((await findRunsByRepository(knex, "OCTO/widget"))[0]?.id).toBe("run_aaaa2222");
    expect(await findRunsByPrefix(knex, "run_%")).toEqual([]);
    expect(ids(await listRunsIn(knex, { states: ["DONE"], limit: 5 }))).toEqual(["run_aaaa1111"]);
    expect(await countStates(knex, null)).toEqual(
      new Map([
        ["DONE", 1],
        ["EXECUTING", 1],
      ]),
    );

    const card = {
      id: "c",
      chatId: 5,
      messageId: 9,
      runId: "run_aaaa2222",
      kind: "show",
      tier: "read",
      bodyHash: "h",
    } as const;
    const stale = () => staleCards(database, { restMs: 0, limit: 5 });
    const made = await readNow(database);
    await knex("runs").where({ id: "run_aaaa2222" }).update({ updated_at: made });
    await saveCard(database, { ...card, editedAt: made }); // the run moved while the card was made
    expect(await stale()).toMatchObject([card]);
    await saveCard(database, { ...card, editedAt: made + 1 });
    database.setClockOffset(1_000);
    expect(await stale()).toEqual([]);
    await knex("runs").where({ id: "run_aaaa2222" }).update({ updated_at: database.now() });
    expect(await stale()).toMatchObject([card]);
  },
);

test.each(DIALECTS)("on %s what was told is known, chat by chat", async (dialect) => {
  const database = await databases.open(dialect);
  await saveTold(database, 5, ["a", "b", "a"]);
  await saveTold(database, 5, ["b", "c"]);

  expect(await toldOf(database.knex, 5, ["a", "c", "d"])).toEqual(new Set(["a", "c"]));
  expect(await toldOf(database.knex, 6, ["a"])).toEqual(new Set());
  expect(await newestNews(database.knex)).toEqual({ journal: 0, notices: 0 });
});

test.each(DIALECTS)(
  "on %s what was told is forgotten in time, but nothing that could be told once more",
  async (dialect) => {
    const database = await databases.open(dialect);
    const { knex } = database;
    const day = 24 * 60 * 60_000;
    const put = async (days: number, causes: string[]) => {
      database.setClockOffset(-days * day);
      await saveTold(database, 5, causes);
      database.setClockOffset(0);
    };
    await put(40, ["journal:1", "review:1"]);
    database.setClockOffset(-30 * day);
    await insertRun(database, knex, runIn("CI_WAIT", { id: "run_open" }));
    await knex("runs").where({ id: "run_open" }).update({ created_at: database.now() });
    await put(20, ["journal:2", "review:2", "checks:a"]);
    await put(1, ["journal:3"]);

    await trimTold(database, 14 * day);
    expect(await toldNow()).toEqual(["checks:a", "journal:3", "review:2"]);

    await put(20, ["journal:4"]);
    database.setClockOffset(-25 * day);
    await insertNotice(database, knex, { runId: null, priority: "low", text: "unread", cause: "unread" });
    database.setClockOffset(0);
    await trimTold(database, 14 * day);
    expect(await toldNow()).toContain("journal:4");

    async function toldNow(): Promise<string[]> {
      return (await knex("told").orderBy("cause")).map(({ cause }) => String(cause));
    }
  },
);
