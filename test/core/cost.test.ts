import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { costOf } from "../../src/core/cost.ts";
import { NO_USAGE, type Usage } from "../../src/core/evidence.ts";
import { Policy } from "../../src/core/policy.ts";

const PRICES = { m: { input: 2, cached_input: 0.5, output: 8 } };
const USAGE: Usage = {
  inputTokens: 1_000_000,
  cachedInputTokens: 400_000,
  outputTokens: 250_000,
  reasoningTokens: 100_000,
};

test.each<[string, Usage, string | null, number | null]>([
  ["fresh input, cached input and output have a price each", USAGE, "m", 1.2 + 0.2 + 2],
  ["nothing used costs nothing", NO_USAGE, "m", 0],
  ["cached tokens are never more than the input", { ...NO_USAGE, cachedInputTokens: 5_000_000 }, "m", 0],
  ["a model without a price is not free, its cost is unknown", USAGE, "other", null],
  ["nor is a model that nobody named", USAGE, null, null],
  ["a name that every object knows is no price", USAGE, "constructor", null],
])("%s", (_title, usage, model, dollars) => {
  const cost = costOf(usage, model, PRICES);

  if (dollars === null) expect(cost).toBeNull();
  else expect(cost).toBeCloseTo(dollars, 9);
});

test("more tokens never cost less", () => {
  const tokens = fc.nat({ max: 10_000_000 });
  const more = fc.record({ input: tokens, output: tokens });

  fc.assert(
    fc.property(more, ({ input, output }) => {
      const grown = {
        ...USAGE,
        inputTokens: USAGE.inputTokens + input,
        outputTokens: USAGE.outputTokens + output,
      };
      expect(costOf(grown, "m", PRICES)).toBeGreaterThanOrEqual(costOf(USAGE, "m", PRICES) ?? Number.NaN);
    }),
    { numRuns: 100 },
  );
});

test("the policy refuses a price below nothing and one without its parts", () => {
  expect(Policy.safeParse({ prices: { m: { input: -1, cached_input: 0, output: 0 } } }).success).toBe(false);
  expect(Policy.safeParse({ prices: { m: { input: 1 } } }).success).toBe(false);
});
