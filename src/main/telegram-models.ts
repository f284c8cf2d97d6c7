import { findAction } from "../actions/actions.ts";
import type { AppSettings } from "../config/settings.ts";
import type { ManagerPort } from "../core/manager-question.ts";
import type { Understand } from "../telegram/understand.ts";

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
