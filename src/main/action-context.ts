import type { ActionContext } from "../actions/action.ts";
import { eitherLookup } from "../actions/repository.ts";
import type { AppSettings } from "../config/settings.ts";
import type { SharedContext } from "../jobs/context.ts";
import { actionsOf } from "./app-actions.ts";
import { surveyBy } from "./survey.ts";
import { proseBy } from "./write-prose.ts";

/** What actions work with inside the app, whichever way they are asked for. */
export function actionContext(settings: AppSettings, context: SharedContext): ActionContext {
  const { world, policyFor, reaches } = context;
  const github = eitherLookup({ direct: reaches.direct?.github ?? null, fork: reaches.fork?.github ?? null });
  return actionsOf({
    settings,
    world,
    policyFor,
    github,
    survey: surveyBy(context),
    writeProse: proseBy(context),
  });
}
