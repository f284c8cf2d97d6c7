import type { ContractVerdict } from "./contract.ts";
import type { Evidence } from "./evidence.ts";

/** The preflight check that holds what the repository says about contributions by machines. */
export const REFUSAL_CHECK = "contributions.policy";

/** The target's own words against contributions by machines. */
export function refusedByTarget({ preflight }: Evidence): string | null {
  const refused = preflight.filter(({ name, ok }) => name === REFUSAL_CHECK && !ok);
  return refused.length === 0 ? null : refused.map(({ detail }) => detail).join("; ");
}

type Stop = Exclude<ContractVerdict["decision"], "proceed">;

const SAYS: Readonly<Record<Stop, string>> = {
  invalid: "The contract is not valid",
  skip: "The contract says skip",
  needs_review: "The contract says needs_review",
};

/** Why the worker's contract does not go on. */
export function contractSays({ contract }: Evidence, decision: Stop): string | null {
  if (contract?.decision !== decision) return null;
  return `${SAYS[decision]}: ${contract.reasons.join("; ") || "it gives no reason"}`;
}
