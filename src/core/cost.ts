import type { Usage } from "./evidence.ts";
import type { Policy, Price } from "./policy.ts";

/** Tokens that went in and out; those from the cache and those of reasoning are among them. */
export function tokensOf({ inputTokens, outputTokens }: Usage): number {
  return inputTokens + outputTokens;
}

/** The price of a model: its own entry, else that of `*`; null when neither is there. */
export function priceOf(model: string | null, prices: Policy["prices"]): Price | null {
  const own = model !== null && Object.hasOwn(prices, model) ? prices[model] : undefined;
  return own ?? prices["*"] ?? null;
}

/** Millionths of a US dollar, rounded up: a dollar for a million tokens is a millionth for one. */
export function costAt(usage: Usage, price: Price): number {
  const cached = Math.min(usage.cachedInputTokens, usage.inputTokens);
  const cost =
    (usage.inputTokens - cached) * price.input +
    cached * price.cached_input +
    usage.outputTokens * price.output;
  return Math.ceil(Number(cost.toFixed(6)));
}

/** What a model's tokens cost in millionths of a US dollar, or null when nobody knows its price. */
export function costOf(usage: Usage, model: string | null, prices: Policy["prices"]): number | null {
  const price = priceOf(model, prices);
  return price === null ? null : costAt(usage, price);
}
