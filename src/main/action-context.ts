import type { ActionContext } from "../actions/action.ts";
import { eitherLookup } from "../actions/repository.ts";
import { aboutFor } from "../config/about.ts";
import { promptFault } from "../config/prompts.ts";
import type { AppSettings } from "../config/settings.ts";
import type { SharedContext } from "../jobs/context.ts";
import { promptsOf } from "./app-context.ts";
import { surveyBy } from "./survey.ts";

/** What actions work with inside the app, whichever way they are asked for. */
export function actionContext(settings: AppSettings, context: SharedContext): ActionContext {
  const { world, policyFor, reaches } = context;
  const { promptVersion, autokick } = settings;
  return {
    world,
    github: eitherLookup({ direct: reaches.direct?.github ?? null, fork: reaches.fork?.github ?? null }),
    policyFor,
    promptFault: (version) => promptFault(version, promptsOf(settings)),
    defaults: { promptVersion, autokick },
    survey: surveyBy(context),
    aboutFor: (version) => aboutFor(version, settings),
  };
}
