import { clip } from "./clip.ts";
import type { EventType } from "./event.ts";
import type { Answer } from "./manager-question.ts";
import type { Run } from "./run.ts";
import { withoutSecrets } from "./secret-redaction.ts";
import { accepted } from "./transitions.ts";
import { seenText } from "./untrusted-text.ts";

/** What a model may point to, and what each asks of a run. Opening a pull request is no part of it, in no step. */
const ASKS = {
  resume: ["human.resumed", "run.started"],
  retry: ["human.retried"],
  pause: ["run.paused"],
  cancel: ["human.cancelled"],
  mark_done: ["human.finished"],
} as const satisfies Record<string, readonly EventType[]>;
export type Suggestible = keyof typeof ASKS;

/** A model's words on where a run stands: they explain, and decide nothing. */
export type Explanation = {
  source: "llm";
  model: string;
  why: string;
  suggestions: readonly { action: Suggestible; reason: string }[];
};

/** What a person may do about a run where it stands. */
export function suggestible(run: Pick<Run, "state" | "prNumber">): Suggestible[] {
  const moves = new Set(accepted(run));
  return NAMES.filter((name) => ASKS[name].some((event) => moves.has(event)));
}

const NAMES = Object.keys(ASKS) as Suggestible[];
const LONGEST_WHY = 1_000;
const LONGEST_REASON = 200;

/** An answer as people may be shown it: in one line each, bounded, with nothing unseen and nothing that looks like a credential. */
export function readExplanation(
  { why, suggestions }: Answer<"explain_card">,
  model: string,
  legal: readonly Suggestible[],
): Explanation {
  return {
    ...{ source: "llm", model, why: shown(why, LONGEST_WHY) },
    suggestions: suggestions.flatMap(({ action, reason }) => {
      const known = legal.find((each) => each === action);
      return known === undefined ? [] : [{ action: known, reason: shown(reason, LONGEST_REASON) }];
    }),
  };
}

function shown(text: string, most: number): string {
  return clip(withoutSecrets(seenText(text)).replaceAll(/\s+/g, " ").trim(), most);
}
