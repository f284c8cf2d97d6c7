import { z } from "zod";
import { BUDGET_KEYS } from "./policy-budgets.ts";
import { EVIDENCE_KEYS } from "./policy-evidence.ts";
import { FOLLOW_UP_KEYS } from "./policy-follow-up.ts";
import { GATE_KEYS } from "./policy-gate.ts";
import { WORKER_KEYS } from "./policy-worker.ts";

export { Limits, Price } from "./policy-budgets.ts";

/** What a run may do and how it is judged. Frozen into each job; docs/settings.md explains every key. */
export const Policy = z.strictObject({
  ...WORKER_KEYS,
  ...BUDGET_KEYS,
  ...EVIDENCE_KEYS,
  ...GATE_KEYS,
  ...FOLLOW_UP_KEYS,
});
export type Policy = z.infer<typeof Policy>;
export type PolicyKey = keyof Policy;

export const POLICY_KEYS = Object.keys(Policy.shape) as PolicyKey[];
export const DEFAULT_POLICY: Policy = Policy.parse({});
