import type { ActionName } from "../../actions/actions.ts";
import type { CommandArgs } from "../../core/command.ts";

/** What words without a key mean; the last name takes all that follow. */
const POSITIONAL: Partial<Record<ActionName, readonly string[]>> = {
  resume: ["target_state"],
  retry: ["target_state", "note"],
  approve_pr: ["sha"],
  reject_pr: ["reason"],
  pause: ["reason"],
  cancel: ["reason"],
};
/** Names that GitHub's commands spell shorter. */
const SPELLINGS: Readonly<Record<string, string>> = { prompt: "prompt_version", state: "target_state" };

/** A command's words as an action's input; what an action does not know, it refuses itself. */
export function argumentsOf(
  action: ActionName | null,
  { positional, named }: CommandArgs,
): Record<string, string> {
  const names = (action !== null && POSITIONAL[action]) || [];
  const last = names.length - 1;
  const placed = names.flatMap((name, index): [string, string][] => {
    const words = index === last ? positional.slice(index) : positional.slice(index, index + 1);
    return words.length === 0 ? [] : [[name, words.join(" ")]];
  });
  const spelled = Object.entries(named).map(([key, value]): [string, string] => [
    SPELLINGS[key] ?? key,
    value,
  ]);
  return Object.fromEntries([...placed, ...spelled]);
}
