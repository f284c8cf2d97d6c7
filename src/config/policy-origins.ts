import { Policy } from "../core/policy.ts";
import { CONCATENATED, leaves, overlay, type PolicyLayer } from "../core/policy-layer.ts";

/** One place that sets keys, by the name that people know it by. */
export type PolicySource = { origin: string; keys: PolicyLayer };

/** One value in force, with the places that gave it; a list may have grown in several. */
export type PolicyValue = { key: string; value: unknown; from: readonly string[] };

export type ExplainedPolicy = { policy: Policy; values: PolicyValue[] };

/** The policy that the sources make together, the weakest first, and where each of its values comes from. */
export function explainPolicy(sources: readonly PolicySource[]): ExplainedPolicy {
  const policy = policyOf(sources);
  const values = leaves(policy).map(([key, value]) => ({ key, value, from: originsOf(key, sources) }));
  return { policy, values };
}

export function policyOf(sources: readonly PolicySource[]): Policy {
  return Policy.parse(sources.map(({ keys }) => keys).reduce(overlay, {}));
}

function originsOf(key: string, sources: readonly PolicySource[]): readonly string[] {
  const said = sources.filter(({ keys }) => leaves(keys).some(([at]) => at === key));
  if (said.length === 0) return ["default"];
  return (CONCATENATED.has(key) ? said : said.slice(-1)).map(({ origin }) => origin);
}
