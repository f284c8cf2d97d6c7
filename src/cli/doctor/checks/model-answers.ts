import { execa } from "execa";
import { findCodex } from "../../../../runner/codex/find-codex.ts";
import type { RunnerSettings } from "../../../config/settings.ts";
import { type Context, type Finding, failure, ok } from "../check.ts";
import { askModels } from "./ask-models.ts";
import { providerOf } from "./model-credentials.ts";

/** Whether the model's side answers these credentials, without asking the model anything. */
export async function modelAnswers({ runner, requireCodex }: Context, signal: AbortSignal): Promise<Finding> {
  const provider = await providerOf(runner());
  if (provider.kind === "none") return ok("nobody is asked without credentials");
  if (provider.kind === "login") return askCodex(runner(), signal);
  return askModels({ ...provider, required: requireCodex }, signal);
}

/** Codex itself knows whether its login is one. */
async function askCodex({ environment, codexHome }: RunnerSettings, signal: AbortSignal): Promise<Finding> {
  const { path } = await findCodex(environment, signal);
  const env = { PATH: environment.PATH ?? "", HOME: environment.HOME ?? "/", CODEX_HOME: codexHome };
  const options = { cancelSignal: signal, reject: false, all: true, env, extendEnv: false } as const;
  const { exitCode, all } = await execa(path, ["login", "status"], options);
  return exitCode === 0
    ? ok(all.trim())
    : failure(all.trim() || "Codex is not logged in", "Run: codex login");
}
