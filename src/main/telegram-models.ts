import type { ActionContext } from "../actions/action.ts";
import { findAction } from "../actions/actions.ts";
import { askedExplanation, knownExplanation } from "../actions/explanation.ts";
import type { AppSettings } from "../config/settings.ts";
import type { ManagerPort } from "../core/manager-question.ts";
import type { Manager } from "../jobs/context.ts";
import { createExplainer } from "../jobs/explain-card.ts";
import type { CardWords } from "../telegram/context.ts";
import type { Understand } from "../telegram/understand.ts";
import { secretsOf } from "./manager-of.ts";

/** The model that understands plain words, where its mode asks for one and its key is set; what is not said for it is the manager's. */
export async function wordsModel({
  telegram: { words },
  manager,
}: Pick<AppSettings, "telegram" | "manager">): Promise<Understand | null> {
  const { mode, apiKey, model, apiBase, timeoutMs } = words;
  if (mode === "rules" || apiKey === null) return null;
  const { createManager } = await import("../manager/create-manager.ts");
  return understandBy(
    createManager({
      ...{ endpoint: apiBase ?? manager.apiBase, key: apiKey },
      ...{ model: model ?? manager.model, timeoutMs },
    }),
  );
}

/**
 * The model whose words stand on cards: in `hybrid` where the manager may ask one too, in `llm` also where the rules alone
 * decide. What is not said for it is the manager's.
 */
export function cardWordsModel(settings: AppSettings, actions: ActionContext): CardWords | null {
  const { telegram, manager } = settings;
  const { mode, apiKey: key, model, apiBase } = telegram.why;
  if (mode === "off" || key === null || (mode === "hybrid" && manager.mode === "rules")) return null;
  const asking = async (): Promise<Manager> => {
    const { createManager } = await import("../manager/create-manager.ts");
    const options = { endpoint: apiBase ?? manager.apiBase, model: model ?? manager.model };
    const { timeoutMs } = manager;
    const port = createManager({ ...options, key, timeoutMs, secrets: secretsOf(settings.github) });
    return { mode: "hybrid", port };
  };
  let made: Promise<Manager> | null = null;
  const explainer = createExplainer({
    world: actions.world,
    manager: () => {
      made ??= asking();
      return made;
    },
  });
  const context = { ...actions, explainer };
  return {
    known: (run) => knownExplanation(context, run),
    ask: async (run, signal) => {
      const said = await askedExplanation(context, run, signal);
      return "unsaid" in said ? null : said;
    },
  };
}

/** No action of the list is a choice of its own: then the model has not understood. */
const NONE = "none";

/** It sees the actions, the runs of late and the text; titles of runs are others' words, and go in as such. */
export function understandBy(port: ManagerPort): Understand {
  return async (text, { actions, runs }, signal) => {
    const asked = await port.ask(
      {
        name: "route_text",
        facts: { actions, runs: runs.map(({ id, repository, state }) => ({ id, repository, state })) },
        words: {
          message: text,
          ...Object.fromEntries(runs.map(({ id, title }) => [`title of ${id}`, title])),
        },
        choices: [...actions.map(({ name }) => name), "help", NONE],
      },
      signal,
    );
    if (asked.kind === "failed") throw new Error(asked.why);
    const { action, arguments: given } = asked.answer;
    const name = action === "help" ? action : findAction(action)?.name;
    if (name === undefined) return null;
    const { run, ...input } = Object.fromEntries(given.map(({ name: key, value }) => [key, value]));
    return { action: name, input, ...(run === undefined ? {} : { run }) };
  };
}
