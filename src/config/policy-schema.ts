import { z } from "zod";
import { DEFAULT_POLICY, Policy } from "../core/policy.ts";

type PolicyKey = keyof Policy;
const KEYS = Object.keys(Policy.shape) as PolicyKey[];

/** Keys of the first implementation that change nothing here: accepted, so that an old file still loads, and reported. */
export const WITHOUT_EFFECT = [
  "runtime_grading_mode",
  "success_event_stream_sample_pct",
  "success_state",
  "on_retryable_state",
  "on_human_review_state",
] as const;

/** Every key of the policy, all optional and none filled in: what is absent is decided by the next layer. */
const Overrides = z.strictObject({ ...policyShape(), ...withoutEffect() });
export type Overrides = Partial<Policy>;

function policyShape(): Record<string, z.ZodType> {
  return Object.fromEntries(
    KEYS.map((key) => [
      key,
      (Policy.shape[key].unwrap() as z.ZodType).meta({ default: DEFAULT_POLICY[key] }).optional(),
    ]),
  );
}

function withoutEffect(): Record<string, z.ZodType> {
  const schema = z.union([z.string(), z.number()]).meta({ deprecated: true }).optional();
  return Object.fromEntries(WITHOUT_EFFECT.map((key) => [key, schema]));
}

const positive = z.number().int().min(1).optional();

/** policy/manager_policy.json. */
export const PolicyFile = z.strictObject({
  $schema: z.string().optional(),
  run_agent_step: z
    .strictObject({ ...Overrides.shape, repo_overrides: z.record(z.string(), Overrides).optional() })
    .optional(),
  github_webhook: z
    .strictObject({
      max_payload_bytes: z.number().int().min(1_024).max(26_214_400).default(1_048_576),
      audit_log_file: z.string().meta({ deprecated: true }).optional(),
    })
    .optional(),
  telegram_bot: z
    .strictObject({
      poll_timeout_sec: positive,
      idle_sleep_sec: positive,
      list_limit: positive,
      rate_limit_window_sec: positive,
      rate_limit_per_chat: positive,
      rate_limit_global: positive,
      audit_log_file: z.string().optional(),
    })
    .meta({ deprecated: true })
    .optional(),
});
export type PolicyFile = z.infer<typeof PolicyFile>;

/** What policy/policy.schema.json holds, for editors. */
export function policyJsonSchema(): object {
  return z.toJSONSchema(PolicyFile, { io: "input" });
}

/** The keys that are known at a place in the file, for suggestions. */
export function knownKeysAt(path: readonly PropertyKey[]): string[] {
  const [section, key] = path;
  if (section === undefined) return Object.keys(PolicyFile.shape);
  if (section !== "run_agent_step") return sectionKeys(section);
  return key === undefined
    ? [...Object.keys(Overrides.shape), "repo_overrides"]
    : Object.keys(Overrides.shape);
}

function sectionKeys(section: PropertyKey): string[] {
  const { github_webhook, telegram_bot } = PolicyFile.shape;
  if (section === "github_webhook") return Object.keys(github_webhook.unwrap().shape);
  return section === "telegram_bot" ? Object.keys(telegram_bot.unwrap().shape) : [];
}
