import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { converse } from "../../src/telegram/converse.ts";
import { incomingOf } from "../../src/telegram/incoming.ts";
import { testDatabases } from "../support/databases.ts";
import { runs } from "../support/proof.ts";
import { createPaper } from "../support/telegram-paper.ts";
import { ADA, addPushed, addRun } from "../support/telegram-talk.ts";
import { testWorld } from "../support/world.ts";

const databases = testDatabases();
const NASTY = [
  "<b>",
  "</b>",
  '<a href="javascript:x">',
  "&amp;",
  "&",
  "&#0;",
  "\u202e",
  "\u2066",
  "👩‍👩‍👧",
  "\ud800",
  "\u0000",
  "\u001b[31m",
  "`",
  "*_[",
  "/",
  "@",
  "#7",
  "owner/repo",
  "run_",
  "\n".repeat(50),
  "x".repeat(100_000),
  "暂停",
  "/pause",
  "/show",
  "/approve_pr",
  "/create octo/x",
  "/reject_pr ",
  '"',
  "pause",
  "list",
  "octo/<i>",
];
const anything = fc
  .array(fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: "binary", maxLength: 60 })), {
    minLength: 1,
    maxLength: 6,
  })
  .map((parts) => parts.join(" "));

test("whatever is said, Telegram can read the answer, nothing crashes and no markup of theirs gets through", async () => {
  const database = await databases.open("sqlite");
  const world = testWorld(database);
  const paper = createPaper(world);
  const hostile = `<script>&\u202e<b>${"y".repeat(900)}`;
  await addPushed({ database, world }, "run_bbbb11112222", {
    request: { title: hostile.slice(0, 1_000), body: "", author: null, issue: null },
  });
  await addRun({ database }, "NEEDS_HUMAN", "run_cccc11112222", {
    reason: hostile.repeat(4).slice(0, 4_000),
  });
  let update = 1;

  await fc.assert(
    fc.asyncProperty(anything, async (text) => {
      const payload = {
        update_id: update++,
        message: {
          message_id: 1,
          date: 0,
          chat: { id: ADA.id, type: "private" },
          from: { id: ADA.id, is_bot: false, first_name: hostile.slice(0, 60) },
          text,
        },
      };
      const incoming = incomingOf(payload);
      if (incoming === null) throw new Error("an update was not read");
      await converse(paper.context, incoming);

      expect(paper.refusals).toEqual([]);
      expect(paper.audit.filter(({ outcome }) => outcome === "error")).toEqual([]);
    }),
    runs({ quick: 150, full: 10_000 }),
  );

  expect(
    paper.state.messages.filter(({ html }) =>
      ["<script", "\u202e", "\u0000"].some((bad) => html.includes(bad)),
    ),
  ).toEqual([]);
}, 600_000);

test.each([
  [null],
  ["x"],
  [{}],
  [{ update_id: 5 }],
  [{ update_id: 5, message: { chat: 3 } }],
  [{ update_id: 5, callback_query: { id: 7 } }],
])("an update such as %j stops nothing", (payload) => {
  expect(() => incomingOf(payload)).not.toThrow();
});
