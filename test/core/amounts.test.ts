import { expect, test } from "@jest/globals";
import { type BudgetKind, inWords, readLift } from "../../src/core/amounts.ts";

test.each<[string, BudgetKind, number]>([
  ["+500000", "tokens", 500_000],
  ["500000", "tokens", 500_000],
  ["+500k", "tokens", 500_000],
  ["+1.5M", "tokens", 1_500_000],
  ["+$5", "cost", 5_000_000],
  ["$0.25", "cost", 250_000],
  ["+5usd", "cost", 5_000_000],
  ["5 USD", "cost", 5_000_000],
  ["+30m", "wall", 1_800_000],
  ["30min", "wall", 1_800_000],
  ["+2h", "wall", 7_200_000],
])("%s adds to %s", (text, kind, amount) => {
  expect(readLift(text)).toEqual({ kind, amount });
});

test.each([
  ...["", "+", "0", "+0", "-5", "+-5", "5x", "+5 apples", "NaN", "Infinity", "1e9", "0x10", "+5%"],
  ...["+0.4", "+$0", "+$-1", "+99999999999999", "+$9999999", "+9999999h", "5 5", "+5m30s", "１２"],
])("%j adds nothing", (text) => {
  expect(readLift(text)).toBeNull();
});

test.each<[BudgetKind, number, string]>([
  ["tokens", 0, "0 tokens"],
  ["tokens", 9_999, "9999 tokens"],
  ["tokens", 250_000, "250 k tokens"],
  ["tokens", 1_200_000, "1.2 M tokens"],
  ["cost", 0, "$0.00"],
  ["cost", 1_200, "$0.0012"],
  ["cost", 3_500_000, "$3.50"],
  ["wall", 90_000, "1.5 minutes"],
  ["wall", 240 * 60_000, "240 minutes"],
])("%s of %d are %s", (kind, amount, words) => {
  expect(inWords(kind, amount)).toBe(words);
});
