import type { Usage } from "./evidence.ts";
import type { Policy } from "./policy.ts";

const MILLION = 1_000_000;

/**
 * US dollars of what a model was asked, by the policy's price table; null where the table does not know the model.
 * Cached tokens are part of the input, reasoning is part of the output.
 */
export function costOf(usage: Usage, model: string | null, prices: Policy["prices"]): number | null {
  const price = model !== null && Object.hasOwn(prices, model) ? prices[model] : undefined;
  if (price === undefined) return null;
  const cached = Math.min(usage.cachedInputTokens, usage.inputTokens);
  const fresh = usage.inputTokens - cached;
  return (fresh * price.input + cached * price.cached_input + usage.outputTokens * price.output) / MILLION;
}
