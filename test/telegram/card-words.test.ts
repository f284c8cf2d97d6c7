import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { listCalls } from "../../src/database/manager-calls.ts";
import { advance } from "../../src/engine/advance.ts";
import { byTool, type Endpoint, inText, refusing, type Serve, startEndpoint } from "../manager/endpoint.ts";
import { ADA, addPushed, addRun, RIA, raiseTalk, type Talk, WREN } from "../support/telegram-talk.ts";
import { eventually } from "../support/world.ts";

const WHY = "It stands <b>still</b> & waits; ask @everyone.";
const SAID = {
  why: WHY,
  suggestions: [
    { action: "retry", reason: "The zone was <i>wrong</i>." },
    { action: "cancel", reason: `Nobody wants it. ${"x".repeat(250)}` },
    { action: "mark_done", reason: "It is done elsewhere." },
  ],
};
const KEY = "sk-cards-0123456789abcdefghij";

let endpoint: Endpoint;
let talk: Talk;
let count = 0;
beforeAll(async () => {
  endpoint = await startEndpoint();
  talk = await raiseTalk({
    env: {
      AGENTPR_TELEGRAM_DECISION_WHY_MODE: "llm",
      AGENTPR_TELEGRAM_DECISION_API_KEY_ENV: "CARD_KEY",
      AGENTPR_TELEGRAM_DECISION_API_BASE: endpoint.url,
      AGENTPR_TELEGRAM_DECISION_MODEL: "card-model",
      AGENTPR_MANAGER_TIMEOUT_SEC: "2",
      CARD_KEY: KEY,
    },
  });
});
afterAll(async () => {
  await talk.stop();
  await endpoint.stop();
});

async function waiting(): Promise<string> {
  count += 1;
  const id = `run_abcdef${String(count).padStart(6, "0")}`;
  await addRun(talk, "NEEDS_HUMAN", id, { reason: "nobody knows" });
  return id;
}

const calls = (id: string) => listCalls(talk.database.knex, id);
const cardOf = (chat: number, id: string) =>
  talk.telegram.shown(chat).filter(({ text }) => text.includes(id));
const answered = (id: string) =>
  eventually("the question is over", async () => (await calls(id)).some(({ status }) => status !== "asked"));

test("the card is there at once; the model's words come by an edit, marked, escaped and bounded, and are paid for once", async () => {
  let release: () => void = () => undefined;
  endpoint.serve((response, sent, at) => {
    release = () => byTool(SAID)(response, sent, at);
  });
  const id = await waiting();
  talk.telegram.say(ADA, `/show ${id}`);
  const first = await talk.reads(ADA.id, id);
  expect(first.text).toContain("waits for a person");
  expect(first.text).not.toContain("why_llm");

  await eventually("it is asked", async () => endpoint.sent.length === 1);
  release();

  const { text, messageId } = await talk.reads(ADA.id, "why_llm");
  expect(messageId).toBe(first.messageId);
  expect(text).toContain("(words of card-model, which decides nothing)");
  expect(text).toContain(WHY);
  expect(text).toContain("💡 🔁 Retry: The zone was <i>wrong</i>.");
  expect(text).toMatch(/🗑 Cancel…: Nobody wants it\. x{100,}… \(\d+ more characters\)/);
  talk.telegram.say(ADA, `/show ${id}`);
  await eventually(
    "a second card with them",
    async () =>
      cardOf(ADA.id, id).length === 2 && cardOf(ADA.id, id).every((card) => card.text.includes("why_llm")),
  );
  expect(await calls(id)).toMatchObject([{ status: "answered", tokens: 120 }]);
  expect(JSON.stringify(endpoint.sent[0]?.body)).not.toContain(KEY);
});

test("a button that is pressed just as the words arrive still works", async () => {
  endpoint.serve(byTool(SAID));
  const id = await waiting();
  talk.telegram.say(WREN, `/show ${id}`);
  await talk.reads(WREN.id, id);
  const found = await eventually("the button", async () => talk.telegram.button(WREN.id, "Retry"));
  await talk.reads(WREN.id, "why_llm");

  talk.telegram.press(WREN, found.shown, found.key.callback_data);

  await talk.reads(WREN.id, "is EXECUTING");
});

test("a reader is told why, and is pointed to nothing that only others may do", async () => {
  endpoint.serve(byTool(SAID));
  const id = await waiting();

  talk.telegram.say(RIA, `/show ${id}`);

  const { text } = await talk.reads(RIA.id, "why_llm");
  expect(text).not.toContain("💡");
});

test("a run that moved has other words on the same card where it waits for a person, and none where it goes on", async () => {
  endpoint.serve((response, sent, at) =>
    byTool({ why: `Words number ${at}.`, suggestions: [] })(response, sent, at),
  );
  const id = await waiting();
  talk.telegram.say(WREN, `/show ${id}`);
  await talk.reads(WREN.id, "Words number 1.");

  const pause = { type: "run.paused", by: "ada", reason: "lunch" } as const;
  await advance(talk.world, { runId: id, event: pause, cause: `paused:${id}` });

  await talk.reads(WREN.id, "Words number 2.");
  expect(cardOf(WREN.id, id)).toHaveLength(1);
  const resume = { type: "human.resumed", by: "ada", target: "EXECUTING" } as const;
  await advance(talk.world, { runId: id, event: resume, cause: `resumed:${id}` });
  expect((await talk.reads(WREN.id, "EXECUTING for")).text).not.toContain("why_llm");
  expect(await calls(id)).toHaveLength(2);
});

test("plain words that ask why are answered by the card, not by waiting", async () => {
  endpoint.serve(() => undefined);
  const id = await waiting();

  talk.telegram.say(WREN, `why is ${id} not going on?`);

  await talk.reads(WREN.id, id);
});

test("status asks nobody, and a request's card is the machine's alone", async () => {
  endpoint.serve(byTool(SAID));
  await addPushed(talk, "run_dada11112222");
  talk.telegram.say(ADA, "/request_pr run_dada11112222");
  const { text } = await talk.reads(ADA.id, "requested by");
  const id = await waiting();
  talk.telegram.say(ADA, `/status ${id}`);
  await talk.reads(ADA.id, id);

  expect(text).not.toContain("why_llm");
  expect([...(await calls(id)), ...(await calls("run_dada11112222"))]).toEqual([]);
});

const FAULTS: [string, Serve][] = [
  ["is broken", refusing(500, { "retry-after": "0" })],
  ["is busy for long", refusing(429, { "retry-after": "3600" })],
  ["talks", inText("I would rather not.")],
  ["points to an approval", byTool({ why: "Go.", suggestions: [{ action: "approve_pr", reason: "now" }] })],
  ["is slow", () => undefined],
];

test.each(FAULTS)(
  "a model that %s leaves the card as it is, and is asked about it once",
  async (_title, serve) => {
    endpoint.serve(serve);
    const id = await waiting();
    talk.telegram.say(ADA, `/show ${id}`);
    const { text } = await talk.reads(ADA.id, id);

    await answered(id);
    talk.telegram.say(ADA, `/show ${id}`);
    await eventually("the second card", async () => cardOf(ADA.id, id).length === 2);

    for (const card of cardOf(ADA.id, id))
      expect(card.text.split("\n").slice(1)).toEqual(text.split("\n").slice(1));
    expect(await calls(id)).toMatchObject([{ status: "failed" }]);
  },
);
