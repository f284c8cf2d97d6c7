import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { newestApproval } from "../../src/database/approvals.ts";
import { listJobs } from "../../src/database/job-queries.ts";
import { readJournal } from "../../src/database/journal.ts";
import { findRun } from "../../src/database/runs.ts";
import { findChat } from "../../src/database/telegram-chats.ts";
import { advance } from "../../src/engine/advance.ts";
import { feedback } from "../core/sample-events.ts";
import {
  ADA,
  addPushed,
  addRun,
  MALLORY,
  RIA,
  raiseTalk,
  type Talk,
  WREN,
} from "../support/telegram-talk.ts";
import { eventually } from "../support/world.ts";

let talk: Talk;
beforeAll(async () => {
  talk = await raiseTalk({ policy: { feedback_wait_minutes: 60 } });
});
afterAll(() => talk.stop());

const audit = () => readFile(join(talk.dir, "data", "reports", "telegram_audit.jsonl"), "utf8");
const state = async (id: string) => (await findRun(talk.database.knex, id))?.state;

test("a stranger learns nothing, not even that somebody is there, and leaves a line in the audit file", async () => {
  talk.telegram.say(MALLORY, "/start");
  talk.telegram.say(ADA, "/help");

  await talk.reads(ADA.id, "/approve_pr");
  expect(talk.telegram.shown(MALLORY.id)).toEqual([]);
  expect(await audit()).toContain('"user_id":66');
});

test("help tells everybody what they can say, and no more", async () => {
  talk.telegram.say(RIA, "/help");

  const { text } = await talk.reads(RIA.id, "/show");
  expect(text).not.toContain("/pause");
});

test("a list numbers its runs, and a number is enough to name one from then on", async () => {
  await addRun(talk, "EXECUTING", "run_aaaa11112222");
  talk.telegram.say(WREN, "/list 5");
  const { text } = await talk.reads(WREN.id, "1. run_");
  const number = /(\d+)\. run_aaaa/.exec(text)?.[1];

  talk.telegram.say(WREN, `/pause ${number} lunch`);

  await talk.reads(WREN.id, "is PAUSED");
  expect(await findRun(talk.database.knex, "run_aaaa11112222")).toMatchObject({
    state: "PAUSED",
    reason: "lunch",
  });
});

test("a run may be left out when the chat is about one, also after a restart", async () => {
  await talk.restart();
  talk.telegram.say(WREN, "/resume");

  await eventually("it goes on", async () => (await state("run_aaaa11112222")) === "EXECUTING");
});

test("from Request to Confirm on one card: the request is shown in full, and one pull request is being opened", async () => {
  await addPushed(talk, "run_bbbb11112222");
  talk.telegram.say(ADA, "/show run_bbbb");
  await talk.reads(ADA.id, "why_machine");

  await talk.press(ADA, "Request PR");
  const card = await talk.reads(ADA.id, "requested by");
  expect(card.text).toContain("feat: add a thing");
  await talk.press(ADA, "Confirm");

  await talk.reads(ADA.id, "is being opened");
  expect(await listJobs(talk.database.knex, { run_id: "run_bbbb11112222", kind: "open_pr" })).toHaveLength(1);
});

test("a code is shown to an admin who is alone with the bot, works once, and is in no row and no audit line", async () => {
  await addPushed(talk, "run_cccc11112222");
  talk.telegram.say(ADA, "/request_pr run_cccc11112222");
  const { text } = await talk.reads(ADA.id, "/approve_pr run_cccc11112222 ");
  const code = /\/approve_pr \S+ ([0-9A-F]{12})/.exec(text)?.[1] ?? "";

  talk.telegram.say(ADA, `/approve_pr run_cccc11112222 ${code}`);

  const approval = await eventually("a confirmation", async () => {
    const newest = await newestApproval(talk.database.knex, "run_cccc11112222");
    return newest?.status === "confirmed" && newest;
  });
  expect(approval).toMatchObject({ status: "confirmed", confirmedBy: "@ada (Telegram 11)" });
  await talk.reads(ADA.id, "Confirmed for commit");
  expect(JSON.stringify(await talk.database.knex("buttons"))).not.toContain(code);
  expect(await audit()).not.toContain(code);
});

test("a writer who requests is shown no code, and cannot confirm", async () => {
  await addPushed(talk, "run_dddd11112222");
  talk.telegram.say(WREN, "/request_pr run_dddd11112222");
  const { text, keyboard } = await talk.reads(WREN.id, "requested by @wren");

  expect(text).not.toContain("/approve_pr");
  expect(keyboard.flat().map((key) => key.text)).not.toContain("✅ Confirm");
  talk.telegram.say(WREN, "/approve_pr run_dddd11112222 0123456789AB");
  await talk.reads(WREN.id, "needs the admin tier");
  expect((await newestApproval(talk.database.knex, "run_dddd11112222"))?.guesses).toBe(0);
});

test("plain words read at once, and change nothing before a press", async () => {
  await addRun(talk, "EXECUTING", "run_eeee11112222");
  talk.telegram.say(WREN, "please pause run_eeee11112222");
  await talk.reads(WREN.id, "nothing has been done yet");
  expect(await state("run_eeee11112222")).toBe("EXECUTING");

  await talk.press(WREN, "Do it");

  await eventually("it is paused", async () => (await state("run_eeee11112222")) === "PAUSED");
});

test("words never approve: they bring the card", async () => {
  await addPushed(talk, "run_ffff11112222");
  talk.telegram.say(ADA, "approve run_ffff11112222 now!");

  await talk.reads(ADA.id, "Approving is done with the card");
  expect(await newestApproval(talk.database.knex, "run_ffff11112222")).toBeNull();
});

test("several repositories begin several runs, and one that cannot be reached stops no other", async () => {
  talk.telegram.say(
    WREN,
    "/create octo/one https://github.com/octo/two.git nowhere/three add a greeting -p v1",
  );

  await talk.reads(WREN.id, "octo/one");
  await talk.reads(WREN.id, "octo/two");
  await talk.reads(WREN.id, "nowhere/three cannot be reached");
});

test("a command that does not exist, and one without its run, are answered kindly", async () => {
  talk.telegram.say(ADA, "/shwo me");
  await talk.reads(ADA.id, "There is no command /shwo");
  talk.telegram.say(ADA, '/reject_pr run_nonesuch "unbalanced');
  await talk.reads(ADA.id, "There is no run run_nonesuch");
});

test.each([
  ["/list ten", "Say it so: /list [N]"],
  ["/list\n/next", "Say it so: /list [N]"],
  [
    `/create ${Array.from({ length: 11 }, (_, n) => `octo/r${n}`).join(" ")}`,
    "That is 11 at once; at most 10",
  ],
  ["/cancel run_", "There is no run run_"],
  ["/pause RUN_EEEE11112222 because", "There is no run RUN_EEEE11112222"],
  ["//", "There is no command //."],
])("“%s” does nothing, and is answered kindly", async (text, answer) => {
  await addRun(talk, "EXECUTING", "run_5a5a11112222", {
    request: { title: text, body: "", author: null, issue: null },
  }).catch(() => null);
  talk.telegram.say(WREN, "/status run_5a5a11112222");
  await talk.reads(WREN.id, "run_5a5a11112222");

  talk.telegram.say(WREN, text);

  await talk.reads(WREN.id, answer);
  expect(await state("run_5a5a11112222")).toBe("EXECUTING");
});

test("words after a retry that are no state are its note", async () => {
  await addRun(talk, "NEEDS_HUMAN", "run_6a6a11112222");
  talk.telegram.say(WREN, "/retry run_6a6a11112222 please add tests");

  await eventually("it goes on", async () => (await state("run_6a6a11112222")) === "EXECUTING");
  expect(JSON.stringify(await readJournal(talk.database.knex, "run_6a6a11112222"))).toContain(
    "please add tests",
  );
});

test("a forwarded command is nobody's order, and a card is edited by no later edit of what was said", async () => {
  await addRun(talk, "EXECUTING", "run_7a7a11112222");
  const update = talk.telegram.say(WREN, "/overview");
  const forward_origin = { type: "hidden_user", date: 1, sender_user_name: "Mallory" } as const;
  const message = { ...update.message, text: "/cancel run_7a7a11112222", forward_origin };
  talk.telegram.deliver({ update_id: 9_000_001, message } as typeof update);
  talk.telegram.deliver({
    update_id: 9_000_002,
    edited_message: { ...message, edit_date: 2 },
  } as typeof update);

  await talk.reads(WREN.id, "These words were forwarded");
  expect(await state("run_7a7a11112222")).toBe("EXECUTING");
});

test("the same update twice is done once", async () => {
  const before = talk.telegram.shown(RIA.id).length;
  const update = talk.telegram.say(RIA, "/overview");
  await talk.reads(RIA.id, "states");
  talk.telegram.deliver(update);
  talk.telegram.say(RIA, "/next");
  await talk.reads(RIA.id, "things want somebody");

  expect(talk.telegram.shown(RIA.id).length - before).toBe(2);
});

/** A run whose pull request somebody has just reviewed. */
async function addReviewed(id: string, reviewId: number): Promise<void> {
  const pull = { prNumber: 12, prOpen: true, publishedSha: "a".repeat(40), attempts: 1 };
  await addRun(talk, "REVIEW_WAIT", id, pull);
  const said = { ...feedback(reviewId, `Please rename ${id} <b>now</b>.`), author: "mia" };
  await advance(talk.world, {
    runId: id,
    event: { type: "feedback.received", feedback: said },
    cause: `review ${reviewId}`,
  });
}

/** The newest button of that name on a message about that run: news of several comes in any order. */
async function pressOn(run: string, label: string): Promise<{ text: string }> {
  const { state, press } = talk.telegram;
  const isIt = ({ text }: { text: string }) => text.includes(label);
  const shown = await eventually(`${label} on ${run}`, async () =>
    state.messages.findLast(({ text, keyboard }) => text.includes(run) && keyboard.flat().some(isIt)),
  );
  const id = press(ADA, shown, shown.keyboard.flat().find(isIt)?.callback_data ?? "");
  return eventually("an answer", async () => state.answers.find((each) => each.id === id));
}

test("a review is told with what was said, what would be done, and what silence means; Fix it goes on at once", async () => {
  await addReviewed("run_1f1f11112222", 1);
  const { text } = await talk.reads(ADA.id, "Suggestion");
  expect(text).toContain("mia asks for changes");
  expect(text).toContain("Please rename run_1f1f11112222 <b>now</b>.");
  expect(text).toMatch(/let Codex fix 1 .*\n.*If nobody says otherwise, that is done in/);

  await pressOn("run_1f1f11112222", "Fix it");

  await eventually("it is journaled", async () =>
    (await readJournal(talk.database.knex, "run_1f1f11112222")).some(
      ({ event }) => event.type === "human.agreed",
    ),
  );
  expect(await listJobs(talk.database.knex, { run_id: "run_1f1f11112222", kind: "decide" })).toHaveLength(1);
});

test("Leave to me holds the run for a person, once, and Fix it lets it go on", async () => {
  await addReviewed("run_2f2f11112222", 2);
  talk.telegram.say(ADA, "/show run_2f2f11112222");
  await talk.reads(ADA.id, "Please rename run_2f2f11112222");
  const { text } = await pressOn("run_2f2f11112222", "Leave to me");
  expect(text).toBe("Held…");
  await eventually("it is held", async () => (await state("run_2f2f11112222")) === "PAUSED");
  expect((await findRun(talk.database.knex, "run_2f2f11112222"))?.reason).toBe("left to a person");

  talk.telegram.say(ADA, "/show run_2f2f11112222");
  await talk.reads(ADA.id, /PAUSED[\s\S]*Please rename run_2f2f11112222/);
  await pressOn("run_2f2f11112222", "Fix it");

  await eventually("it goes on", async () => (await state("run_2f2f11112222")) === "ITERATING");
});

test("Answer takes the next message, shows it once more, and has the engine post it once", async () => {
  await addReviewed("run_3f3f11112222", 3);
  talk.telegram.say(ADA, "/show run_3f3f11112222"); // its news may have come together with another run's
  await talk.reads(ADA.id, "Please rename run_3f3f11112222");
  await pressOn("run_3f3f11112222", "💬 Answer");
  await talk.reads(ADA.id, "write it as your next message");
  await talk.restart();
  talk.telegram.say(WREN, "/next");
  talk.telegram.say(ADA, "pause it? No, <i>it stays</i> @mia");
  const shown = await talk.reads(ADA.id, "Nothing has been posted yet");
  expect(shown.text).toContain("pause it? No, <i>it stays</i> @mia");
  expect(await state("run_3f3f11112222")).toBe("ITERATING");

  expect((await talk.press(ADA, "Post it")).text).toBe("Posting your answer…");
  await talk.press(ADA, "Post it");

  await eventually("it is over", async () => (await state("run_3f3f11112222")) === "CI_WAIT");
  const posted = await listJobs(talk.database.knex, { run_id: "run_3f3f11112222", kind: "answer_review" });
  expect(posted).toMatchObject([{ payload: { said: { text: "pause it? No, <i>it stays</i> @mia" } } }]);
});

test("any command drops the answer that was to come, and later words are words like any other", async () => {
  await addReviewed("run_4f4f11112222", 4);
  talk.telegram.say(ADA, "/show run_4f4f11112222");
  await talk.reads(ADA.id, "Please rename run_4f4f11112222");
  await pressOn("run_4f4f11112222", "💬 Answer");
  await talk.reads(ADA.id, "reviewers of run_4f4f11112222");

  talk.telegram.say(ADA, "/overview");
  await talk.reads(ADA.id, "states");
  talk.telegram.say(ADA, "flibbertigibbet");

  await talk.reads(ADA.id, "I did not understand");
  expect((await findChat(talk.database.knex, ADA.id)).awaits).toBeNull();
});

test("a later push that waits is requested and confirmed on its card in the same way", async () => {
  const run = "run_bbbb33334444";
  // Of a request of its own: no other run may open a pull request beside it.
  const request = { title: "Add another thing", body: "", author: null, issue: null };
  await addPushed(talk, run, { request, prNumber: 12, prOpen: true, publishedSha: "b".repeat(40) });
  talk.telegram.say(ADA, `/show ${run}`);
  await talk.reads(ADA.id, "its push to #12 waits for a person");

  await talk.press(ADA, "Request PR");
  await talk.reads(ADA.id, "Push to #12 requested by");
  await eventually("its own button", async () =>
    talk.telegram.button(ADA.id, "Confirm")?.shown.text.includes("Push to #12"),
  );
  await talk.press(ADA, "Confirm");

  await eventually("the push", async () => (await jobsOf(run, "publish")).length === 1);
  expect(await jobsOf(run, "open_pr")).toEqual([]);
});

function jobsOf(run_id: string, kind: "publish" | "open_pr") {
  return listJobs(talk.database.knex, { run_id, kind });
}
