import type { AppSettings } from "../config/settings.ts";
import { EXIT, Problem } from "../core/problem.ts";
import { type Manager, RULES_ALONE } from "../jobs/context.ts";

/** Who decides in this process. A model that is to be asked needs its key; the rules alone need nothing. */
export async function managerOf({
  manager,
  github,
}: Pick<AppSettings, "manager" | "github">): Promise<Manager> {
  const { mode, apiKey, model, apiBase, timeoutMs } = manager;
  if (mode === "rules") return RULES_ALONE;
  if (apiKey === null)
    throw new Problem(
      "The setting AGENTPR_MANAGER_API_KEY is not set",
      `the decision mode ${mode} asks a model, which wants a key`,
      "Set it in .env, or use --decision-mode rules",
      EXIT.environment,
    );
  // Loaded only where it is needed: most processes never ask a model.
  const { createManager } = await import("../manager/create-manager.ts");
  return {
    mode,
    port: createManager({ endpoint: apiBase, key: apiKey, model, timeoutMs, secrets: secretsOf(github) }),
  };
}

/** What must not leave in a question, beside the key itself. */
export function secretsOf({ token, webhookSecret, previousWebhookSecret }: AppSettings["github"]): string[] {
  return [token, webhookSecret, previousWebhookSecret].filter((value) => value !== null);
}
