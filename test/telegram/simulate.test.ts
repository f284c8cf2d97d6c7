import { expect, test } from "@jest/globals";
import { findRun } from "../../src/database/runs.ts";
import { simulateSession } from "../../src/telegram/simulate.ts";
import { testDatabases } from "../support/databases.ts";
import { createPaper } from "../support/telegram-paper.ts";
import { addRun } from "../support/telegram-talk.ts";
import { testWorld } from "../support/world.ts";

const databases = testDatabases();

test("a session without Telegram: words, a press, and what came of them", async () => {
  const database = await databases.open("sqlite");
  const { context } = createPaper(testWorld(database));
  await addRun({ database }, "EXECUTING", "run_aaaa11112222");
  const operator = { ...context, people: { ...context.people, tierIn: () => "admin" as const } };

  const turns = await simulateSession(operator, [
    "/list",
    "pause number 1 because of lunch",
    "[Do it]",
    "[Nonesuch]",
  ]);

  expect(turns.map(({ input_mode }) => input_mode)).toEqual([
    "command",
    "natural_language",
    "button",
    "button",
  ]);
  expect(turns[0]?.response).toContain("1. run_aaaa11112222");
  expect(turns[1]?.response).toContain("[✅ Do it]");
  expect(turns[3]?.response).toBe("There is no such button.");
  expect(await findRun(database.knex, "run_aaaa11112222")).toMatchObject({
    state: "PAUSED",
    reason: "of lunch",
  });
});

test("a session without Telegram reads a model's words as the edit that they are", async () => {
  const database = await databases.open("sqlite");
  const { context } = createPaper(testWorld(database));
  await addRun({ database }, "PAUSED", "run_aaaa11112222");
  const words = { source: "llm", model: "m", why: "Lunch.", suggestions: [] } as const;
  let said: typeof words | null = null;
  const ask = async () => {
    said = words;
    return words;
  };
  const operator = { ...context, people: { ...context.people, tierIn: () => "admin" as const } };

  const [turn] = await simulateSession({ ...operator, cardWords: { known: async () => said, ask } }, [
    "/show run_aaaa11112222",
  ]);

  const [first = "", second = "", ...others] = turn?.response.split("\n\n") ?? [];
  expect(first).not.toContain("why_llm");
  expect(second).toContain("why_llm (words of m, which decides nothing): Lunch.");
  expect(others).toEqual([]);
});
