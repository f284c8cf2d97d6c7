import { expect, test } from "@jest/globals";
import type { DecisionMode } from "../../src/core/manager-question.ts";
import { DEFAULT_POLICY } from "../../src/core/policy.ts";
import type { PullMaterial } from "../../src/core/pull-text.ts";
import type { Database } from "../../src/database/connect.ts";
import { listCalls } from "../../src/database/manager-calls.ts";
import { readBooks } from "../../src/database/spending-books.ts";
import { writeProse } from "../../src/jobs/write-prose.ts";
import { sampleChange, sampleReport } from "../core/sample-report.ts";
import { testDatabases } from "../support/databases.ts";
import { testWorld } from "../support/world.ts";
import { modelThat, withRun } from "./managed.ts";

const databases = testDatabases();
const TEMPLATE = "## Summary\n\n## Motivation\n\n- [ ] All tests pass\n";
const GOOD = { sections: [{ section: "what", text: "It greets everybody." }] };
const signal = new AbortController().signal;

type Says = Parameters<typeof modelThat>[0];

async function stand(mode: DecisionMode, says: Says) {
  const database = await databases.open("sqlite");
  const run = await withRun(database);
  const port = modelThat(says);
  const context = { world: testWorld(database), manager: { mode, port } };
  const write = (template: string | null = TEMPLATE, changeId = "change_1") => {
    const change = sampleChange({ id: changeId });
    const plain = { contract: null, about: null, prose: null };
    const material: PullMaterial = { run, change, report: sampleReport(), template, ...plain };
    return writeProse(context, { material, policy: DEFAULT_POLICY, signal });
  };
  return { database, run, port, write };
}

async function tokens(database: Database, run: Awaited<ReturnType<typeof withRun>>): Promise<number> {
  return (await readBooks(database, database.knex, run)).run.used.tokens;
}

test.each(["hybrid", "llm"] as const)(
  "in mode %s a model writes once for a change, and is paid for",
  async (mode) => {
    const { database, run, port, write } = await stand(mode, () => GOOD);

    const [first, again] = [await write(), await write()];

    expect(first).toMatchObject({
      words: { what: "It greets everybody." },
      note: { type: "manager.wrote", changeId: "change_1", source: "llm", sections: ["what"] },
    });
    expect(again).toEqual(first);
    expect(port.asked).toMatchObject([{ name: "fill_template", choices: ["what", "why"] }]);
    expect(await listCalls(database.knex, run.id)).toMatchObject([
      { question: "fill_template", subject: "change:change_1", status: "answered", tokens: 340 },
    ]);
    expect(await tokens(database, run)).toBe(340);
  },
);

test.each<[string, DecisionMode, string | null]>([
  ["by rules", "rules", TEMPLATE],
  ["without a template", "hybrid", null],
  ["for boxes alone", "llm", "- [ ] All tests pass\n"],
])("nobody is asked %s", async (_title, mode, template) => {
  const { port, write } = await stand(mode, () => GOOD);

  expect(await write(template)).toEqual({ words: {}, note: null });
  expect(port.asked).toEqual([]);
});

test("a model that fails leaves the text to the rules, which is noted, and is asked again for another change alone", async () => {
  const { port, write } = await stand("hybrid", () => new Error("no answer within 20 s"));

  expect(await write()).toMatchObject({
    words: {},
    note: { source: "fallback", reason: expect.stringContaining("no answer within 20 s") },
  });
  expect(await write()).toMatchObject({ words: {}, note: { source: "fallback" } });
  expect(port.asked).toHaveLength(1);
  await write(TEMPLATE, "change_2");
  expect(port.asked).toHaveLength(2);
});

test("words that cannot stand are no words, and that is noted", async () => {
  const text = "I have read the guidelines.";
  const { write } = await stand("hybrid", () => ({ sections: [{ section: "what", text }] }));

  expect(await write()).toMatchObject({ words: {}, note: { source: "override", sections: [] } });
});
