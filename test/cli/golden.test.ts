import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import type { Said } from "../../src/actions/explanation.ts";
import { perform } from "../../src/actions/perform.ts";
import type { Reply } from "../../src/actions/reply.ts";
import { renderText } from "../../src/cli/render.ts";
import { textWidth } from "../../src/cli/text-width.ts";
import { PROJECT_ROOT } from "../../src/config/settings.ts";
import { DEFAULT_POLICY } from "../../src/core/policy.ts";
import { testDatabases } from "../support/databases.ts";
import { NOON, TOLD, writeHistory } from "../support/run-with-history.ts";
import { testWorld } from "../support/world.ts";

const databases = testDatabases();
const REQUESTS = [
  ["list", {}],
  ["next", {}],
  ["show", { run: TOLD.id }],
  ["inspect", { run: TOLD.id, include_log_tails: true }],
  ["logs", { run: TOLD.id, attempt: 1 }],
] as const;
/** What a model said, with a terminal's orders in it. */
const SAID: Said = {
  model: "a-model",
  answer: {
    why: "A person asked for it\u001b[2J, and\nnobody has answered since.",
    suggestions: [{ action: "retry", reason: "The greeting only wants a comma." }],
  },
};
const replies = new Map<string, Reply>();

beforeAll(async () => {
  const world = testWorld(await databases.open("sqlite"));
  await writeHistory(world.database);
  const defaults = { promptVersion: "v1", autokick: true };
  const explainer = { known: async () => SAID, ask: async () => SAID };
  const context = {
    ...{ world, github: null, policyFor: () => DEFAULT_POLICY, promptFault: () => null, defaults },
    explainer,
  };
  for (const [action, input] of REQUESTS)
    replies.set(action, await perform(context, { via: "cli", user: "ops", cause: action }, action, input));
});

const SHOWN = REQUESTS.flatMap(([action]) => [80, 120].map((width) => [action, width] as const));

test.each(SHOWN)("%s at %d columns", (action, width) => {
  const reply = replies.get(action);
  if (!reply?.ok) throw new Error(reply?.text);
  const paint = (_tone: string, words: string) => words;
  const shown = renderText(reply, { width, nowMs: NOON + 3 * 3_600_000, paint, pages: null });

  expect(shown).toMatchSnapshot();
  expect(shown.split("\n").filter((line) => textWidth(line) > width)).toEqual([]);
});

test("what inspect tells is what happened", () => {
  expect(replies.get("inspect")).toMatchObject({
    data: {
      totals: { attempts: 2, working_ms: 240_000, wall_ms: 7 * 60_000 },
      github_calls: { creations: 3, edits: 2, reads: 7, unchanged: 1, mints: 2, waits: 1, waited_ms: 850 },
      attempts: [
        {
          number: 1,
          grade: "RETRYABLE",
          stages: [{ stage: "provision", duration_ms: 900 }, { stage: "codex" }],
        },
        { number: 2, grade: "PASS", stages: [{}, {}, {}, { stage: "publish", duration_ms: 60_000 }] },
      ],
      decisions: [
        { event: "run.started", to: "EXECUTING", source: "rules" },
        { event: "attempt.requested", source: "rules" },
        { event: "attempt.requested", source: "rules" },
        { event: "run.escalated", to: "NEEDS_HUMAN", source: "rules" },
      ],
    },
  });
});

test("log tails hold what the tests said", () => {
  expect(replies.get("logs")).toMatchObject({
    data: { log_tails: [{ title: expect.stringContaining("npm test"), text: "not ok 1 - greets" }] },
  });
});

test("docs/json.md names the fields of every answer", () => {
  const text = readFileSync(join(PROJECT_ROOT, "docs/json.md"), "utf8");
  const documented = [...text.matchAll(/^\| `(\w+)` +\| (`.*`) +\|$/gm)].map(([, action, fields = ""]) => [
    action,
    fields.match(/\w+/g),
  ]);
  const told = [...replies].map(([action, reply]) => [
    action,
    Object.keys((reply as { data: object }).data).toSorted(),
  ]);

  expect(documented).toEqual(told);
});
