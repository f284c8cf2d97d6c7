import { z } from "zod";
import type { CommandArgs } from "../core/command.ts";
import { didYouMean } from "../core/suggest.ts";
import { parseState } from "../core/transitions.ts";
import { ACTIONS, type ActionName } from "./actions.ts";

/** What words without a key mean; the last name takes all that follow. */
const POSITIONAL: Partial<Record<ActionName, readonly string[]>> = {
  resume: ["target_state"],
  retry: ["target_state", "note"],
  approve_pr: ["sha"],
  reject_pr: ["reason"],
  pause: ["reason"],
  cancel: ["reason"],
  answer: ["text"],
};
/** Names that commands spell shorter. */
const SPELLINGS: Readonly<Record<string, string>> = { prompt: "prompt_version", state: "target_state" };
/** What front ends fill in themselves and nobody may write. */
const FILLED: ReadonlySet<string> = new Set([
  ...["owner", "repo", "repository", "request", "packet", "issue", "run_id"],
]);

export type Arguments = { ok: true; input: Record<string, string> } | { ok: false; why: string };

/** A command's words as an action's input, the same from every front end; what has no meaning there is refused. */
export function argumentsOf(action: ActionName, { positional, named }: CommandArgs): Arguments {
  const known = keysOf(action);
  const spelled = Object.entries(named).map(([key, value]) => [SPELLINGS[key] ?? key, value] as const);
  const unknown = spelled.find(([key]) => !known.includes(key));
  if (unknown) return { ok: false, why: `${unknown[0]}= means nothing here${didYouMean(unknown[0], known)}` };
  const names = namesFor(action, positional);
  if (names.length === 0 && positional.length > 0)
    return { ok: false, why: `“${positional.join(" ")}” means nothing here` };
  return { ok: true, input: Object.fromEntries([...placed(names, positional), ...spelled]) };
}

/** The keys that a person may write. */
function keysOf(action: ActionName): string[] {
  const { input } = ACTIONS[action];
  return input instanceof z.ZodObject ? Object.keys(input.shape).filter((key) => !FILLED.has(key)) : [];
}

/** A retry's state may be left out: words that are no state are its note. */
function namesFor(action: ActionName, [first = ""]: readonly string[]): readonly string[] {
  const names = POSITIONAL[action] ?? [];
  return action === "retry" && parseState(first) === null ? names.slice(1) : names;
}

function placed(names: readonly string[], words: readonly string[]): [string, string][] {
  const last = names.length - 1;
  return names.flatMap((name, index): [string, string][] => {
    const own = index === last ? words.slice(index) : words.slice(index, index + 1);
    return own.length === 0 ? [] : [[name, own.join(" ")]];
  });
}
