import { type Context, type Finding, failure, ok, warning } from "../check.ts";
import { variables } from "./variable.ts";

const NAMES = ["AGENTPR_MANAGER_DECISION_MODE", "AGENTPR_MANAGER_API_KEY"] as const;

/** Whether who decides can decide: rules always can, a model needs a key. */
export async function manager({ source }: Context): Promise<Finding> {
  const { AGENTPR_MANAGER_DECISION_MODE: mode = "rules", AGENTPR_MANAGER_API_KEY: key } = variables(
    source,
    ...NAMES,
  );
  if (mode === "rules") return ok("rules decide");
  if (key !== undefined) return ok(`${mode}, with a key`);
  const remedy = "Set AGENTPR_MANAGER_API_KEY, or AGENTPR_MANAGER_DECISION_MODE=rules";
  return mode === "llm"
    ? failure("a model is to decide, and AGENTPR_MANAGER_API_KEY is not set", remedy)
    : warning("a model is to be asked, and AGENTPR_MANAGER_API_KEY is not set: rules decide alone", remedy);
}
