import type { LoadedPolicy } from "../config/policy-file.ts";
import type { AppSettings } from "../config/settings.ts";
import { actionsOf } from "./app-actions.ts";
import { connectGitHub } from "./connect-github.ts";
import type { OpenedWorld } from "./open-world.ts";
import { openSurvey } from "./survey.ts";
import { cardWordsModel, wordsModel } from "./telegram-models.ts";
import { openProse } from "./write-prose.ts";

/** What a conversation works with in a process that is not the app: the actions, and the models that it may ask. */
export async function telegramParts(
  settings: AppSettings,
  { policyFor }: Pick<LoadedPolicy, "policyFor">,
  world: OpenedWorld,
) {
  const github = await connectGitHub(settings, world);
  const survey = openSurvey({ settings, policyFor, world });
  const writeProse = openProse(settings, world);
  const actions = actionsOf({ settings, world, policyFor, github, survey, writeProse });
  const models = { understand: await wordsModel(settings), cardWords: cardWordsModel(settings, actions) };
  return { actions, models };
}
