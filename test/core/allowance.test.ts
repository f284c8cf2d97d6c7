import { expect, test } from "@jest/globals";
import { type Allowance, lessen, longestMs, overspent, UNLIMITED } from "../../src/core/allowance.ts";
import { NO_USAGE } from "../../src/core/evidence.ts";

const PRICE = { input: 1, cached_input: 0, output: 2 };
const used = { ...NO_USAGE, inputTokens: 800, outputTokens: 200 };

test.each<[string, Partial<Allowance>, string | null]>([
  ["no limit is never used up", {}, null],
  ["there are tokens left", { tokens: 1_001 }, null],
  [
    "the last token is used",
    { tokens: 1_000 },
    "it has used 1000 tokens of the 1000 tokens that were reserved for it",
  ],
  ["there is money left", { cost: 1_201 }, null],
  [
    "the last millionth is spent",
    { cost: 1_200 },
    "it has cost $0.0012 of the $0.0012 that was reserved for it",
  ],
])("%s", (_title, allowance, why) => {
  expect(overspent({ ...UNLIMITED, ...allowance }, used, PRICE)).toBe(why);
});

test("nothing reserved is used up before anything was spent", () => {
  expect(overspent({ ...UNLIMITED, tokens: 0 }, NO_USAGE, null)).not.toBeNull();
});

test("money cannot be counted without a price", () => {
  expect(overspent({ ...UNLIMITED, cost: 1 }, used, null)).toBeNull();
});

test("what an earlier try has spent is not there again", () => {
  const left = lessen({ tokens: 1_000, cost: 5, wall: null }, { tokens: 400, cost: 9, wall: 7 });

  expect(left).toEqual({ tokens: 600, cost: 0, wall: null });
});

test.each<[number | null, number, number | null]>([
  [null, 0, null],
  [null, 900, 900_000],
  [60_000, 0, 60_000],
  [60_000, 900, 60_000],
  [6_000_000, 900, 900_000],
  [0, 900, 0],
])("with %p ms left to the run and %d s of the policy, Codex has %p ms", (wall, seconds, longest) => {
  expect(longestMs({ ...UNLIMITED, wall }, seconds)).toBe(longest);
});
