import { z } from "zod";
import type { Policy } from "../core/policy.ts";
import { LAYER_KEYS } from "../core/policy-layer.ts";
import { GithubWebhook, TelegramBot } from "./policy-sections.ts";

/** Keys of the first implementation that change nothing here: accepted, so that an old file still loads, and reported. */
export const WITHOUT_EFFECT = ["success_state", "on_retryable_state", "on_human_review_state"] as const;

/** Keys that go before the file, such as a command's options. */
export type Overrides = Partial<Policy>;

const Layer = z.strictObject({ ...LAYER_KEYS, ...withoutEffect() });

function withoutEffect(): Record<string, z.ZodType> {
  const schema = z.string().meta({ deprecated: true }).optional();
  return Object.fromEntries(WITHOUT_EFFECT.map((key) => [key, schema]));
}

/** policy/manager_policy.json. */
export const PolicyFile = z.strictObject({
  $schema: z.string().optional(),
  run_agent_step: z
    .strictObject({
      ...Layer.shape,
      repo_overrides: z
        .record(z.string(), Layer)
        .optional()
        .describe("Any key again for one repository, by owner/repo or by its bare name"),
    })
    .optional(),
  github_webhook: GithubWebhook.prefault({}),
  telegram_bot: TelegramBot.prefault({}),
});
export type PolicyFile = z.infer<typeof PolicyFile>;

/** What policy/policy.schema.json holds, for editors. */
export function policyJsonSchema(): object {
  return z.toJSONSchema(PolicyFile, { io: "input" });
}
