import type { ActionContext } from "../actions/action.ts";
import type { RepositoryLookup } from "../actions/repository.ts";
import { promptFault } from "../config/prompts.ts";
import type { AppSettings } from "../config/settings.ts";
import type { World } from "../engine/world.ts";
import { promptsOf } from "./app-context.ts";

type Parts = { settings: AppSettings; context: { world: World } & Pick<ActionContext, "policyFor"> };

/** What actions need, by whichever front end they are asked for. */
export function actionsOf({ settings, context }: Parts, github: RepositoryLookup | null): ActionContext {
  const { world, policyFor } = context;
  const { promptVersion, autokick } = settings;
  const fault = (version: string) => promptFault(version, promptsOf(settings));
  return { world, github, policyFor, promptFault: fault, defaults: { promptVersion, autokick } };
}
