import { listPrompts, loadPrompt } from "../../../config/prompts.ts";
import { type Context, type Finding, ok } from "../check.ts";

export async function prompt({ app }: Context): Promise<Finding> {
  const { root, promptVersion, promptFile } = app();
  loadPrompt(promptVersion, { root, file: promptFile });
  return ok(promptFile ?? `version ${promptVersion} of ${listPrompts(root).join(", ")}`);
}
