import { expect, test } from "@jest/globals";
import { createTurns } from "../../src/telegram/turns.ts";

test("in one chat one thing comes after the other, also after one that failed; other chats go on", async () => {
  const turns = createTurns();
  const said: string[] = [];
  const held = Promise.withResolvers<void>();

  const first = turns.take(1, async () => {
    await held.promise;
    said.push("first");
    throw new Error("no");
  });
  const second = turns.take(1, async () => void said.push("second"));
  await turns.take(2, async () => void said.push("elsewhere"));
  expect([turns.isFree(1), turns.isFree(2)]).toEqual([false, true]);
  held.resolve();

  await expect(first).rejects.toThrow("no");
  await second;
  expect(said).toEqual(["elsewhere", "first", "second"]);
  await Promise.resolve();
  expect(turns.isFree(1)).toBe(true);
});
