import { z } from "zod";
import type { Allowance } from "./allowance.ts";
import { MILLIONTHS } from "./amounts.ts";

/** What may still be spent, as the worker is told; null is without a limit. */
export const BudgetLeft = z.object({
  attempts: z.number().int().nullable(),
  iterations: z.number().int().nullable(),
  /** What the attempt itself may use at most, by what was reserved for it. */
  tokens: z.number().nullable(),
  costUsd: z.number().nullable(),
  /** What the run's attempts have used so far. */
  tokensSpent: z.number().int(),
});
export type BudgetLeft = z.infer<typeof BudgetLeft>;

export function leftOf({ tokens, cost }: Allowance): Pick<BudgetLeft, "tokens" | "costUsd"> {
  return { tokens, costUsd: cost === null ? null : cost / MILLIONTHS };
}
