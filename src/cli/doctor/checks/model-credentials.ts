import { constants } from "node:fs";
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Provider, selectProvider } from "../../../../runner/provider/select-provider.ts";
import type { RunnerSettings } from "../../../config/settings.ts";
import { type Context, type Finding, failure, ok, warning } from "../check.ts";

const MODES = { forge: "Forge", api_key: "API key", login: "ChatGPT login" } as const;

/** By which credentials Codex would reach its model. */
export async function modelCredentials({ runner, requireCodex }: Context): Promise<Finding> {
  const provider = await providerOf(runner());
  if (provider.kind === "none") return (requireCodex ? failure : warning)(provider.why, provider.remedy);
  if (provider.kind !== "login")
    return ok(`${MODES[provider.kind]}: ${provider.name}, key from ${provider.keyEnv}, kept outside the box`);
  const { authFile } = provider;
  const isThere = await access(authFile, constants.R_OK).then(
    () => true,
    () => false,
  );
  if (!isThere) return failure(`${MODES.login}: ${authFile} cannot be read`, "Run: codex login");
  return warning(`${MODES.login}: ${provider.warning}`, "Prefer AGENTPR_FORGE_* or an API key");
}

export async function providerOf({ environment, codexHome }: RunnerSettings): Promise<Provider> {
  const config = await readFile(join(codexHome, "config.toml"), "utf8").catch(() => null);
  return selectProvider(environment, config);
}
