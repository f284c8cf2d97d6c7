import type { ActionContext } from "../actions/action.ts";
import { eitherLookup } from "../actions/repository.ts";
import type { AppSettings } from "../config/settings.ts";
import type { SharedContext } from "../jobs/context.ts";
import { createExplainer } from "../jobs/explain-card.ts";
import { actionsOf } from "./app-actions.ts";
import { surveyBy } from "./survey.ts";
import { proseBy } from "./write-prose.ts";

/** What actions work with inside the app, whichever way they are asked for. */
export function actionContext(settings: AppSettings, context: SharedContext): ActionContext {
  const { world, policyFor, reaches } = context;
  const github = eitherLookup({ direct: reaches.direct?.github ?? null, fork: reaches.fork?.github ?? null });
  const explainer =
    context.manager.port === null ? null : createExplainer({ world, manager: async () => context.manager });
  return actionsOf({
    settings,
    world,
    policyFor,
    github,
    survey: surveyBy(context),
    explainer,
    writeProse: proseBy(context),
  });
}
