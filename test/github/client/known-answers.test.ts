import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "@jest/globals";
import { type Answer, createKnownAnswers } from "../../../src/github/client/known-answers.ts";

function answer(characters: number): Answer {
  return { status: 200, url: "", headers: { etag: '"1"' }, data: "x".repeat(characters) };
}

function filled(mostBytes: number, addresses: readonly string[]) {
  const known = createKnownAnswers(mostBytes);
  for (const address of addresses) known.keep(address, answer(1_000));
  return { known, has: (address: string) => known.find(address) !== null };
}

test("all of them together stay within the bound, and the one used longest ago goes first", () => {
  const { known, has } = filled(12_000, ["a", "b", "c", "d"]);
  const many = Array.from({ length: 10 }, (_, at) => `later ${at}`);
  for (const address of many) {
    known.keep("a", answer(1_000));
    known.keep(address, answer(1_000));
  }

  expect(has("a")).toBe(true);
  expect(has("later 9")).toBe(true);
  expect(has("b")).toBe(false);
  expect(many.filter(has).length).toBeLessThan(11);
});

test("it holds no more memory than its bytes", () => {
  const before = process.memoryUsage().arrayBuffers;
  const known = createKnownAnswers();
  for (let at = 0; at < 300; at += 1) {
    known.keep(`address ${at}`, answer(10_000));
    for (let others = 0; others < 10; others += 1) Buffer.from("y".repeat(4_000)); // what else goes on meanwhile
  }
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();

  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4_500_000);
  expect(known.find("address 299")).not.toBeNull();
});

test("it comes back as it was", () => {
  const known = createKnownAnswers();
  const one = { ...answer(10), data: [{ id: 1, body: "ä", parent: null }] };
  known.keep("a", one);

  expect(known.find("a")).toEqual(one);
});

test("a newer answer takes the place of the one before, and its room", () => {
  const { known, has } = filled(12_000, ["a"]);
  for (let again = 0; again < 100; again += 1) known.keep("b", answer(1_000));

  expect(has("a")).toBe(true);
});

test.each([
  ["one that has no tag", { ...answer(10), headers: {} }],
  ["one that is no success", { ...answer(10), status: 404 }],
  ["one that is no JSON", { ...answer(10), data: new ArrayBuffer(8) }],
  ["one that would drive out the others", answer(1_300)],
])("%s is not kept, and neither is what was known before", (_title, next) => {
  const { known, has } = filled(12_000, ["a", "b"]);
  known.keep("a", next);

  expect(has("a")).toBe(false);
  expect(has("b")).toBe(true);
});
