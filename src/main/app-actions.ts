import type { ActionContext } from "../actions/action.ts";
import { aboutFor } from "../config/about.ts";
import { ownTask, promptFault } from "../config/prompts.ts";
import type { AppSettings } from "../config/settings.ts";
import { promptsOf } from "./app-context.ts";

type Parts = Pick<ActionContext, "world" | "policyFor" | "github" | "survey" | "explainer" | "writeProse"> & {
  settings: AppSettings;
};

/** What actions need, by whichever front end they are asked for. */
export function actionsOf({ settings, ...parts }: Parts): ActionContext {
  const { promptVersion, autokick } = settings;
  return {
    ...parts,
    defaults: { promptVersion, autokick },
    promptFault: (version) => promptFault(version, promptsOf(settings)),
    ownTask: (version) => ownTask(version, promptsOf(settings)),
    aboutFor: (version) => aboutFor(version, settings),
  };
}
