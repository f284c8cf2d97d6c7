import { beforeAll, expect, test } from "@jest/globals";
import { TIERS, type Tier } from "../../src/actions/actor.ts";
import type { Database } from "../../src/database/connect.ts";
import { insertButtons } from "../../src/database/telegram-buttons.ts";
import { mayPress, tierOfButton } from "../../src/telegram/cards/buttons.ts";
import { COMMANDS } from "../../src/telegram/commands.ts";
import { converse } from "../../src/telegram/converse.ts";
import type { ButtonAction } from "../../src/telegram/outgoing.ts";
import { peopleOf } from "../../src/telegram/people.ts";
import { testDatabases } from "../support/databases.ts";
import { createPaper, type Paper } from "../support/telegram-paper.ts";
import { ADA, addPushed, CHANNEL, GROUP, MALLORY, RIA, WREN } from "../support/telegram-talk.ts";
import { testWorld } from "../support/world.ts";

const databases = testDatabases();
const PEOPLE = { read: RIA, write: WREN, admin: ADA } as const;
const PLACES = [
  ["private", 0],
  ["supergroup", GROUP],
  ["channel", CHANNEL],
] as const;
const BUTTONS: readonly ButtonAction[] = [
  "refresh",
  "diff",
  "ask",
  "leave",
  "logs",
  "pause",
  "resume",
  "retry",
  "cancel",
  "request_pr",
  "approve_pr",
  "withdraw_pr",
  "reject_pr",
  "create",
];

let database: Database;
let paper: Paper;
let update = 1;
beforeAll(async () => {
  database = await databases.open("sqlite");
  const world = testWorld(database);
  paper = createPaper(world);
  await addPushed({ database, world }, "run_bbbb11112222");
});

const CASES = TIERS.flatMap((tier) =>
  PLACES.map(([type, chat]) => [tier, type, chat === 0 ? PEOPLE[tier].id : chat] as const),
);

/** What came of an update, by the audit. */
async function outcome(
  incoming: Parameters<typeof converse>[1],
): Promise<{ outcome: unknown; text: string }> {
  await converse(paper.context, incoming);
  const line = paper.audit.at(-1);
  return { outcome: line?.outcome, text: String(line?.response_text) };
}

const reaches = (own: Tier, needed: Tier) => TIERS.indexOf(own) >= TIERS.indexOf(needed);

test.each(CASES)(
  "tier %s in a %s chat: every command does what the tier may, and no more",
  async (tier, type, id) => {
    for (const { name, tier: needed, aboutRun } of COMMANDS) {
      const text = `/${name}${aboutRun ? " run_bbbb11112222 because" : ""}${name === "create" ? " octo/x do it" : ""}`;
      const person = PEOPLE[tier];
      const done = await outcome({ kind: "words", updateId: update++, chat: { id, type }, person, text });

      expect([name, done.text.includes(`needs the ${needed} tier`)]).toEqual([name, !reaches(tier, needed)]);
    }
  },
);

test.each(CASES)(
  "tier %s in a %s chat: every button does what the tier may, and no more",
  async (tier, type, id) => {
    for (const action of BUTTONS) {
      const data = `${tier}-${type}-${action}`;
      const input = { run: "run_bbbb11112222", action: "cancel" };
      await insertButtons(database, [
        { chatId: id, cardId: null, action, input, once: true, data, ttlMs: 60_000 },
      ]);
      const where = { chat: { id, type }, person: PEOPLE[tier], messageId: 1, callbackId: data, data };
      const done = await outcome({ kind: "press", updateId: update++, ...where });

      expect([action, done.text.includes("tier, which you do not have")]).toEqual([
        action,
        !mayPress(tier, action),
      ]);
      expect(mayPress(tier, action)).toBe(reaches(tier, tierOfButton(action)));
      expect(paper.state.answers.filter((answer) => answer.id === data)).toHaveLength(1);
    }
  },
);

test.each(PLACES)("a stranger in a %s chat gets silence, whatever they say or press", async (type, chat) => {
  const before = paper.state.messages.length;
  const id = chat === 0 ? MALLORY.id : chat;
  for (const { name } of COMMANDS) {
    const done = await outcome({
      kind: "words",
      updateId: update++,
      chat: { id, type },
      person: MALLORY,
      text: `/${name}`,
    });
    expect(done.outcome).toBe("unauthorized");
  }
  const pressed = {
    chat: { id, type },
    person: MALLORY,
    messageId: 1,
    callbackId: "m",
    data: "read-private-logs",
  };
  expect((await outcome({ kind: "press", updateId: update++, ...pressed })).outcome).toBe("unauthorized");

  expect(paper.state.messages.length).toBe(before);
});

test("whoever may read may write and approve, unless lists say otherwise; a group's number lets nobody in", () => {
  const nobody = { chats: [], users: [] };
  const one = peopleOf({ read: { chats: [5, -9], users: [] }, write: nobody, admin: nobody });
  const two = peopleOf({ read: { chats: [5], users: [6] }, write: { chats: [7], users: [] }, admin: nobody });

  expect(one.tierIn({ id: 5, type: "private" }, 5)).toBe("admin");
  expect(one.tierIn({ id: -9, type: "supergroup" }, 8)).toBeNull();
  expect(two.tierIn({ id: 6, type: "private" }, 6)).toBe("read");
  expect(two.tierIn({ id: 7, type: "private" }, 7)).toBe("admin");
  expect(two.tierIn({ id: -9, type: "supergroup" }, 7)).toBeNull();
});
