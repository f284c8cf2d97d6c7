import { afterEach, expect, test } from "@jest/globals";
import type { MessageEntity, Update } from "grammy/types";
import { perform } from "../../src/actions/perform.ts";
import { newestApproval } from "../../src/database/approvals.ts";
import { listJobs } from "../../src/database/job-queries.ts";
import { insertNotice } from "../../src/database/notices.ts";
import { findRun } from "../../src/database/runs.ts";
import { findChat } from "../../src/database/telegram-chats.ts";
import { advance } from "../../src/engine/advance.ts";
import {
  ADA,
  addPushed,
  addRun,
  CHANNEL,
  GROUP,
  RIA,
  raiseTalk,
  type Talk,
  WREN,
} from "../support/telegram-talk.ts";
import { eventually } from "../support/world.ts";

let talk: Talk;
afterEach(() => talk.stop());

const RUN = "run_bbbb11112222";

/** From /show to a card that asks for the second confirmation. */
async function untilRequested(): Promise<void> {
  await addPushed(talk, RUN);
  talk.telegram.say(ADA, `/show ${RUN}`);
  await talk.press(ADA, "Request PR");
  await talk.reads(ADA.id, "requested by");
  await eventually("the button", async () => talk.telegram.button(ADA.id, "Confirm"));
}

const opened = () => listJobs(talk.database.knex, { run_id: RUN, kind: "open_pr" });

test("a restart between the two confirmations keeps them", async () => {
  talk = await raiseTalk();
  await untilRequested();

  await talk.restart();
  await talk.press(ADA, "Confirm");

  await talk.reads(ADA.id, "is being opened");
  expect(await opened()).toHaveLength(1);
});

test("confirmed from two phones and from GitHub at once, exactly one pull request is opened", async () => {
  talk = await raiseTalk({ policy: { approve_role: "write" } });
  await untilRequested();
  const { sha } = (await newestApproval(talk.database.knex, RUN)) ?? { sha: "" };
  const { repositoryId } = (await findRun(talk.database.knex, RUN)) ?? { repositoryId: 0 };
  const button = talk.telegram.button(ADA.id, "Confirm");
  if (button === null) throw new Error("there is no button");
  const github = {
    via: "github",
    login: "ada",
    role: "admin",
    repositoryId: repositoryId ?? 0,
    cause: "g",
  } as const;

  const fromGitHub = perform(talk.actions, github, "approve_pr", { run: RUN, sha: sha.slice(0, 12) });
  const ids = [1, 2, 3].map(() => talk.telegram.press(ADA, button.shown, button.key.callback_data));
  await Promise.all([
    fromGitHub,
    ...ids.map((id) =>
      eventually("an answer", async () => talk.telegram.state.answers.find((each) => each.id === id)),
    ),
  ]);

  await eventually("one job", async () => (await opened()).length === 1);
  expect((await newestApproval(talk.database.knex, RUN))?.status).toBe("confirmed");
  const answers = talk.telegram.state.answers.filter(({ id }) => ids.includes(id));
  expect(answers.filter(({ alert }) => alert).length).toBeGreaterThanOrEqual(2);
});

test("a forged button, a forwarded one and an old one do nothing, and are answered", async () => {
  talk = await raiseTalk();
  await untilRequested();
  const button = talk.telegram.button(ADA.id, "Confirm");
  const data = button?.key.callback_data ?? "";
  const answer = async (id: string) =>
    (await eventually("an answer", async () => talk.telegram.state.answers.find((each) => each.id === id)))
      .text;
  const where = { chatId: RIA.id, messageId: 5 };

  expect(await answer(talk.telegram.press(RIA, where, data))).toContain("no longer in use");
  expect(await answer(talk.telegram.press(ADA, where, "approve_pr:run"))).toContain("no longer in use");
  talk.database.setClockOffset(8 * 24 * 60 * 60_000);
  expect(
    await answer(talk.telegram.press(ADA, { chatId: ADA.id, messageId: button?.shown.messageId ?? 0 }, data)),
  ).toMatch(/too old|no longer/);
  expect(await opened()).toHaveLength(0);
});

test("Telegram says to wait, breaks down and drops the line: everything is said in the end, once", async () => {
  talk = await raiseTalk();
  talk.telegram.fault({ method: "sendMessage", kind: "too_many", times: 1, seconds: 1 });
  talk.telegram.say(ADA, "/overview");
  await talk.reads(ADA.id, "0 runs");
  const calls = talk.telegram.state.calls
    .filter(({ method }) => method === "sendMessage")
    .map(({ at }) => at);
  expect((calls[1] ?? 0) - (calls[0] ?? 0)).toBeGreaterThan(900);

  talk.telegram.fault({ method: "getUpdates", kind: "drop", times: 2 });
  talk.telegram.fault({ method: "getUpdates", kind: "server_error", times: 1 });
  talk.telegram.say(ADA, "/next");
  await talk.reads(ADA.id, "Nothing wants anybody");
  expect(talk.telegram.shown(ADA.id)).toHaveLength(2);
});

test("whoever blocks the bot is left in peace, until they speak again", async () => {
  talk = await raiseTalk();
  talk.telegram.state.blocked.add(WREN.id);
  talk.telegram.say(WREN, "/list");
  await eventually(
    "it is remembered",
    async () => (await findChat(talk.database.knex, WREN.id)).closedAt !== null,
  );

  talk.telegram.state.blocked.delete(WREN.id);
  talk.telegram.say(WREN, "/list");

  await talk.reads(WREN.id, "no runs");
  expect((await findChat(talk.database.knex, WREN.id)).closedAt).toBeNull();
});

test("too many messages are told so once, then not answered", async () => {
  talk = await raiseTalk({ telegramBot: { rate_limit_per_chat: 3 } });
  for (let at = 0; at < 6; at += 1) talk.telegram.say(RIA, "/next");

  await talk.reads(RIA.id, "a lot at once");
  const texts = talk.telegram.shown(RIA.id).map(({ text }) => text);
  expect(texts.filter((text) => text.includes("Nothing wants anybody"))).toHaveLength(3);
  expect(texts.filter((text) => text.includes("a lot at once"))).toHaveLength(1);
});

test("talk in a group that is not to the bot is neither answered nor counted", async () => {
  talk = await raiseTalk({ telegramBot: { rate_limit_per_chat: 2 } });
  for (const text of ["good morning", "has anybody seen my keys?", "no", "/list@other_bot"])
    talk.telegram.say(ADA, text, { chatId: GROUP });
  talk.telegram.say(ADA, "@agentpr_bot what is next?", { chatId: GROUP });

  await talk.reads(GROUP, "Nothing wants anybody");
  expect(talk.telegram.shown(GROUP)).toHaveLength(1);
});

test("what happened while notices were off stays untold once they are on; in quiet hours only what is urgent is said", async () => {
  const hour = (more: number) => `${String((new Date().getUTCHours() + 24 + more) % 24).padStart(2, "0")}:00`;
  const quiet_hours = { from: hour(-2), to: hour(3), timezone: "Etc/UTC" };
  talk = await raiseTalk({ policy: { quiet_hours }, env: { AGENTPR_TELEGRAM_NOTIFY_ENABLED: "0" } });
  const notice = (text: string, priority: "urgent" | "high") =>
    insertNotice(talk.database, talk.database.knex, { runId: null, priority, text, cause: text });
  await notice("an old thing", "urgent");
  await talk.restart({ AGENTPR_TELEGRAM_NOTIFY_ENABLED: "1" });
  await notice("a thing that may wait", "high");
  await notice("a thing that may not", "urgent");

  await talk.reads(ADA.id, "a thing that may not");
  talk.telegram.say(ADA, "/overview");
  await talk.reads(ADA.id, "0 runs");
  const texts = talk.telegram.shown(ADA.id).map(({ text }) => text);
  expect(texts.filter((text) => /an old thing|may wait/.test(text))).toEqual([]);
});

test("what happened is told once, together, and nothing of before the bot's first start", async () => {
  talk = await raiseTalk({ env: { AGENTPR_TELEGRAM_NOTIFY_SCAN_SEC: "1" } });
  const { world, database } = talk;
  await addRun(talk, "EXECUTING", "run_one111111111");
  await addRun(talk, "EXECUTING", "run_two222222222");
  const pause = (runId: string) =>
    advance(world, { runId, event: { type: "run.paused", by: "ops", reason: "why not" }, cause: "c" });
  await pause("run_one111111111");
  await pause("run_two222222222");
  await insertNotice(database, database.knex, {
    runId: null,
    priority: "urgent",
    text: "the disk is full",
    cause: "disk",
  });

  const { text } = await talk.reads(ADA.id, "the disk is full");

  expect(text).toMatch(/🚨 the disk is full[\s\S]*run_one[\s\S]*run_two/);
  await talk.restart();
  await advance(world, {
    runId: "run_one111111111",
    event: { type: "human.cancelled", by: "ops", reason: null },
    cause: "d",
  });
  await talk.reads(ADA.id, "is over");
  expect(talk.telegram.shown(ADA.id).filter((shown) => shown.text.includes("disk"))).toHaveLength(1);
  expect(talk.telegram.shown(WREN.id)).toEqual([]);
});

test("a card moves with its run, and is edited in its place", async () => {
  talk = await raiseTalk({ env: { AGENTPR_TELEGRAM_NOTIFY_ENABLED: "0" } });
  await addRun(talk, "EXECUTING", RUN);
  talk.telegram.say(WREN, `/status ${RUN}`);
  const { messageId } = await talk.reads(WREN.id, "EXECUTING");

  await advance(talk.world, {
    runId: RUN,
    event: { type: "run.paused", by: "ops", reason: "lunch" },
    cause: "c",
  });

  expect((await talk.reads(WREN.id, "lunch")).messageId).toBe(messageId);
  expect(talk.telegram.shown(WREN.id)).toHaveLength(1);
});

test("in a group the person's tier counts, and a code is shown to nobody", async () => {
  talk = await raiseTalk();
  await addPushed(talk, RUN);
  talk.telegram.say(ADA, `/request_pr@agentpr_bot ${RUN}`, { chatId: GROUP });
  const { text } = await talk.reads(GROUP, "requested by");
  expect(text).not.toContain("/approve_pr");

  expect((await talk.press(WREN, "Confirm", GROUP)).text).toContain("needs the admin tier");
  expect(await opened()).toHaveLength(0);
  await talk.press(ADA, "Confirm", GROUP);
  await eventually("one job", async () => (await opened()).length === 1);
  talk.telegram.say(ADA, "/overview", { chatId: -42 });
  talk.telegram.say(ADA, "/overview", { chatId: CHANNEL, type: "channel" });
  await talk.reads(CHANNEL, "states");
  expect(talk.telegram.shown(-42)).toEqual([]);
});

test("Telegram's webhooks are taken with its secret alone", async () => {
  const env = { AGENTPR_PUBLIC_URL: "http://127.0.0.1:9" };
  talk = await raiseTalk({ env });
  const hook = await eventually("a webhook", async () => talk.telegram.state.webhook);

  expect(hook.url).toBe("http://127.0.0.1:9/telegram/webhook");
  expect(hook.secret).toMatch(/^[0-9a-f]{64}$/);
});

test("updates have the shape that grammY's types say", async () => {
  talk = await raiseTalk();
  const update: Update = talk.telegram.say(ADA, "/help");
  const entities: MessageEntity[] | undefined = update.message?.entities;

  expect(entities).toBeUndefined();
  expect(update.message?.chat).toEqual({ id: 11, type: "private", first_name: "Somebody" });
});

test("a bot that was down for an hour answers what was said meanwhile, once, and tells what it missed", async () => {
  talk = await raiseTalk();
  await addRun(talk, "EXECUTING", RUN);
  await talk.bot.close();
  const update = talk.telegram.say(ADA, "/overview");
  const event = { type: "run.paused", by: "ops", reason: "in the night" } as const;
  await advance(talk.world, { runId: RUN, event, cause: "c" });
  talk.database.setClockOffset(60 * 60_000);
  talk.telegram.fault({ method: "sendMessage", kind: "drop", times: 1 });

  await talk.restart();
  talk.telegram.deliver(update);
  await talk.reads(ADA.id, "states");
  await talk.reads(ADA.id, "in the night");
  talk.telegram.say(ADA, "/next");
  await talk.reads(ADA.id, "want");

  const texts = talk.telegram.shown(ADA.id).map(({ text }) => text);
  expect(texts.filter((text) => text.includes("states"))).toHaveLength(1);
});

test("a press is answered also where the connection for it breaks, as one that lay idle does", async () => {
  talk = await raiseTalk();
  await addRun(talk, "EXECUTING", RUN);
  talk.telegram.say(ADA, `/show ${RUN}`);
  talk.telegram.fault({ method: "answerCallbackQuery", kind: "drop", times: 1 });

  expect(await talk.press(ADA, "Pause")).toBeDefined();
});

test("what is not public is shown to whoever is alone with the bot, and in a group to nobody", async () => {
  const lent: string[] = [];
  const lend = async ({ id }: { id: string }) => {
    lent.push(id);
    return null;
  };
  talk = await raiseTalk({ order: { lend }, env: { AGENTPR_GITHUB_URL: "http://127.0.0.1:9" } });
  await addPushed(talk, RUN, { owner: "octo", repo: "secret" });
  talk.telegram.say(ADA, `/show@agentpr_bot ${RUN}`, { chatId: GROUP });
  await talk.reads(GROUP, "why_machine");
  await talk.press(ADA, "Diff", GROUP);
  await talk.reads(GROUP, "Ask for it in a private chat");
  expect(lent).toEqual([]);

  talk.telegram.say(ADA, `/show ${RUN}`);
  await talk.press(ADA, "Diff");
  await talk.reads(ADA.id, "The diff cannot be made.");

  expect(lent).toEqual([RUN]);
});
