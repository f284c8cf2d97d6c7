import { type Context, type Finding, ok } from "../check.ts";
import { askModels } from "./ask-models.ts";
import { variables } from "./variable.ts";

const NAMES = [
  "AGENTPR_MANAGER_DECISION_MODE",
  "AGENTPR_MANAGER_API_KEY",
  "AGENTPR_MANAGER_API_BASE",
] as const;

export async function managerAnswers({ source }: Context, signal: AbortSignal): Promise<Finding> {
  const found = variables(source, ...NAMES);
  const { AGENTPR_MANAGER_DECISION_MODE: mode = "rules", AGENTPR_MANAGER_API_KEY: key } = found;
  if (mode === "rules" || key === undefined) return ok("no model is asked");
  const baseUrl = found.AGENTPR_MANAGER_API_BASE ?? "https://api.openai.com/v1";
  return askModels({ baseUrl, key, keyEnv: "AGENTPR_MANAGER_API_KEY", required: false }, signal);
}
