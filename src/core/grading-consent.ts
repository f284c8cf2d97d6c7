import type { Evidence } from "./evidence.ts";

/** The preflight check that holds what the repository says about contributions by machines. */
export const REFUSAL_CHECK = "contributions.policy";

/** The target's own words against contributions by machines. */
export function refusedByTarget({ preflight }: Evidence): string | null {
  const refused = preflight.filter(({ name, ok }) => name === REFUSAL_CHECK && !ok);
  return refused.length === 0 ? null : refused.map(({ detail }) => detail).join("; ");
}

/** Why the worker's contract does not go on. */
export function contractSays({ contract }: Evidence, decision: "skip" | "needs_review"): string | null {
  if (contract?.decision !== decision) return null;
  return contract.reasons.join("; ") || `The contract says ${decision} and gives no reason`;
}
