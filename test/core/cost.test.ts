import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { costOf } from "../../src/core/cost.ts";
import { NO_USAGE, Usage } from "../../src/core/evidence.ts";

const PRICES = {
  "gpt-x": { input: 1.25, cached_input: 0.125, output: 10 },
  "*": { input: 2, cached_input: 1, output: 3 },
};
const usage = (inputTokens: number, cachedInputTokens: number, outputTokens: number): Usage => ({
  ...{ inputTokens, cachedInputTokens, outputTokens },
  reasoningTokens: 0,
});

test.each<[string, Usage, string | null, number]>([
  ["nothing costs nothing", NO_USAGE, "gpt-x", 0],
  ["a million of input", usage(1_000_000, 0, 0), "gpt-x", 1_250_000],
  ["input from the cache is cheaper", usage(1_000_000, 400_000, 0), "gpt-x", 800_000],
  ["output is added", usage(1_000, 0, 100), "gpt-x", 2_250],
  ["a part of a millionth is a whole one", usage(1, 0, 0), "gpt-x", 2],
  ["more from the cache than there was is all of it", usage(10, 99, 0), "gpt-x", 2],
  ["another model has the price of *", usage(100, 0, 100), "gpt-y", 500],
  ["so has a model that is not named", usage(100, 0, 100), null, 500],
  ["a name of JavaScript's own is another model", usage(100, 0, 100), "constructor", 500],
])("%s", (_title, used, model, cost) => {
  expect(costOf(used, model, PRICES)).toBe(cost);
});

test("without a price nobody knows the cost", () => {
  expect(costOf(usage(1, 0, 1), "gpt-y", { "gpt-x": PRICES["gpt-x"] })).toBeNull();
  expect(costOf(usage(1, 0, 1), null, {})).toBeNull();
});

test("more tokens never cost less, and costs are whole numbers", () => {
  const count = fc.nat({ max: 1e9 });
  const usages = fc.record({
    inputTokens: count,
    cachedInputTokens: count,
    outputTokens: count,
    reasoningTokens: count,
  });
  fc.assert(
    fc.property(usages, count, (used, more) => {
      const before = costOf(used, "gpt-x", PRICES) ?? -1;
      const after = costOf({ ...used, outputTokens: used.outputTokens + more }, "gpt-x", PRICES) ?? -1;
      expect(Number.isSafeInteger(before) && before >= 0 && after >= before).toBe(true);
    }),
  );
});

test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2e12, "7", null])(
  "a report of %p tokens is refused",
  (inputTokens) => {
    expect(Usage.safeParse({ ...NO_USAGE, inputTokens }).success).toBe(false);
  },
);
