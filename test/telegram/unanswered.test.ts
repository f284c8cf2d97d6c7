// A Bot API that takes a call and never answers it: nobody else waits, nothing is lost, and the bot can be stopped.
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { insertNotice } from "../../src/database/notices.ts";
import { findRun } from "../../src/database/runs.ts";
import { advance } from "../../src/engine/advance.ts";
import { ADA, addRun, GROUP, RIA, raiseTalk, type Talk, WREN } from "../support/telegram-talk.ts";
import { eventually } from "../support/world.ts";

const BEA = { id: 12, name: "Bea" }; // admin, as Ada is
const OLD_GROUP = -700;
const UNANSWERED_MS = 500;
const ALWAYS = 1_000;

let talk: Talk;
beforeAll(async () => {
  const env = {
    AGENTPR_TELEGRAM_ADMIN_USER_IDS: "11,12",
    AGENTPR_TELEGRAM_ADMIN_CHAT_IDS: String(OLD_GROUP),
  };
  talk = await raiseTalk({
    env,
    telegramBot: { poll_timeout_sec: 1 },
    order: { unansweredMs: UNANSWERED_MS },
  });
});
afterEach(() => {
  talk.telegram.state.faults = [];
});
afterAll(() => talk.stop());

const texts = (chatId: number) => talk.telegram.shown(chatId).map(({ text }) => text);
const callsOf = (name: string, chatId?: number) =>
  talk.telegram.state.calls.filter(
    ({ method, payload }) => method === name && (chatId === undefined || Number(payload.chat_id) === chatId),
  );
const count = (chatId: number, words: string) => texts(chatId).filter((text) => text.includes(words)).length;
const noticed = (text: string) =>
  insertNotice(talk.database, talk.database.knex, { runId: null, priority: "urgent", text, cause: text });

/** On the card of a new run, in Wren's chat. */
async function pauseButton(run: string) {
  await addRun(talk, "EXECUTING", run);
  talk.telegram.say(WREN, `/status ${run}`);
  await talk.reads(WREN.id, run);
  return eventually("a button", async () => talk.telegram.button(WREN.id, "Pause"));
}

test("an answer that hangs keeps no other chat waiting, and is said once in the end", async () => {
  talk.telegram.fault({ method: "sendMessage", chatId: WREN.id, kind: "hang", times: 1 });
  talk.telegram.say(WREN, "/overview");
  await eventually("it hangs", async () => callsOf("sendMessage", WREN.id).length === 1);

  talk.telegram.say(ADA, "/overview");
  await talk.reads(ADA.id, "0 runs");
  expect(texts(WREN.id)).toEqual([]);

  await talk.reads(WREN.id, "0 runs");
  talk.telegram.say(WREN, "/list");
  await talk.reads(WREN.id, "no runs");
  expect(texts(WREN.id)).toHaveLength(2);
});

test("what may have arrived is said no more than once again, and then the chat goes on", async () => {
  talk.telegram.fault({ method: "sendMessage", chatId: RIA.id, kind: "deaf", times: 2 });
  talk.telegram.say(RIA, "/overview");
  talk.telegram.say(RIA, "/list");

  await talk.reads(RIA.id, "no runs");

  expect(count(RIA.id, "0 runs")).toBe(2);
  expect(count(RIA.id, "no runs")).toBe(1);
});

test("a press whose answer hangs is carried out all the same, once", async () => {
  const { shown, key } = await pauseButton("run_aaaa11112222");
  const before = callsOf("answerCallbackQuery").length;
  talk.telegram.fault({ method: "answerCallbackQuery", kind: "hang", times: ALWAYS });

  talk.telegram.press(WREN, shown, key.callback_data);

  await talk.reads(WREN.id, "is PAUSED");
  expect((await findRun(talk.database.knex, "run_aaaa11112222"))?.state).toBe("PAUSED");
  expect(callsOf("answerCallbackQuery").length - before).toBe(1);
});

test("a card whose edit hangs keeps no other card and no notice waiting, and is right in the end", async () => {
  await addRun(talk, "EXECUTING", "run_bbbb11112222");
  for (const who of [WREN, RIA]) {
    talk.telegram.say(who, "/status run_bbbb11112222");
    await talk.reads(who.id, "run_bbbb11112222");
  }
  talk.telegram.fault({ method: "editMessageText", chatId: WREN.id, kind: "hang", times: ALWAYS });
  const before = callsOf("editMessageText", WREN.id).length;

  await advance(talk.world, {
    runId: "run_bbbb11112222",
    event: { type: "run.paused", by: "ops", reason: "lunch" },
    cause: "c",
  });

  await eventually("it hangs", async () => callsOf("editMessageText", WREN.id).length > before);
  await talk.reads(RIA.id, "lunch");
  await talk.reads(ADA.id, "lunch");
  expect(count(WREN.id, "lunch")).toBe(0);
  talk.telegram.state.faults = [];
  await talk.reads(WREN.id, "lunch");
});

test("a notice that hangs in one chat reaches the other at once, and both once", async () => {
  talk.telegram.fault({ method: "sendMessage", chatId: ADA.id, kind: "hang", times: ALWAYS });
  await noticed("the disk is full");
  await talk.reads(BEA.id, "the disk is full");
  await noticed("the disk is still full");
  await talk.reads(BEA.id, "still full");
  expect(count(ADA.id, "full")).toBe(0);

  talk.telegram.state.faults = [];

  await talk.reads(ADA.id, "still full");
  await talk.reads(ADA.id, "the disk is full");
  for (const who of [ADA, BEA])
    expect([count(who.id, "the disk is full"), count(who.id, "still full")]).toEqual([1, 1]);
});

test("a group that became another is told of once, and like a message that Telegram refuses it holds up no notice", async () => {
  talk.telegram.state.moved.set(OLD_GROUP, -100_700);
  talk.telegram.fault({ method: "sendMessage", chatId: BEA.id, kind: "refuse", times: 1 });
  await noticed("the key is old");
  await talk.reads(ADA.id, "the key is old");
  await talk.reads(ADA.id, "The Telegram group -700 has become -100700");

  await noticed("the key is gone");

  await talk.reads(BEA.id, "the key is gone");
  await talk.reads(ADA.id, "the key is gone");
  expect([count(ADA.id, "the key is old"), count(BEA.id, "the key is old")]).toEqual([1, 0]);
  expect(count(OLD_GROUP, "the key is gone")).toBe(0);
});

test("a question for news that hangs is given up and asked again; what was said meanwhile is heard once", async () => {
  talk.telegram.fault({ method: "getUpdates", kind: "hang", times: 1 });
  talk.telegram.say(BEA, "/help"); // answers the question that was asked before
  await talk.reads(BEA.id, "/approve_pr");
  await eventually("it hangs", async () => talk.telegram.state.faults[0]?.times === 0);
  const before = callsOf("getUpdates").length;

  talk.telegram.say(BEA, "/overview");

  await talk.reads(BEA.id, "states");
  expect(callsOf("getUpdates").length).toBeGreaterThan(before);
  expect(count(BEA.id, "states")).toBe(1);
});

test("with every call hanging the bot ends within its grace, and after a restart it does what was asked, once", async () => {
  const { shown, key } = await pauseButton("run_cccc11112222");
  const before = callsOf("sendMessage").length;
  for (const method of ["sendMessage", "editMessageText", "answerCallbackQuery"])
    talk.telegram.fault({ method, kind: "hang", times: ALWAYS });
  talk.telegram.say(ADA, "/next", { chatId: GROUP });
  talk.telegram.say(ADA, "/overview", { chatId: GROUP });
  talk.telegram.press(WREN, shown, key.callback_data);
  await eventually("it hangs", async () => callsOf("sendMessage").length > before);
  talk.telegram.fault({ method: null, kind: "hang", times: ALWAYS });

  const began = performance.now();
  await talk.bot.close();
  expect(performance.now() - began).toBeLessThan(UNANSWERED_MS + 2_000);

  talk.telegram.state.faults = [];
  await talk.restart();
  await talk.reads(GROUP, "things want somebody");
  await talk.reads(GROUP, "states");
  await talk.reads(WREN.id, "run_cccc11112222");
  await eventually(
    "it is held",
    async () => (await findRun(talk.database.knex, "run_cccc11112222"))?.state === "PAUSED",
  );
  expect(texts(GROUP)).toHaveLength(2);
});

test("a Telegram that never says who the bot is lets no start wait for ever, and menus hold up nobody", async () => {
  await talk.bot.close();
  talk.telegram.fault({ method: "getMe", kind: "hang", times: 1 });
  await expect(talk.restart()).rejects.toThrow("Telegram cannot be reached");
  for (const method of ["setMyCommands", "deleteMyCommands"])
    talk.telegram.fault({ method, kind: "hang", times: ALWAYS });
  talk.telegram.fault({ method: "deleteWebhook", kind: "refuse", times: 1 });
  const warned: string[] = [];
  talk.world.log.warn = (...words: unknown[]) => warned.push(words.map(String).join(" "));

  await talk.restart();
  expect(warned.filter((words) => words.includes("by rules alone"))).toHaveLength(1);
  talk.telegram.say(ADA, "/help");

  await talk.reads(ADA.id, "/approve_pr");
});
