import { STATES, type State } from "../../core/run.ts";
import { parseState } from "../../core/transitions.ts";

/** How people say a state in Chinese. */
const CHINESE: Readonly<Record<string, State>> = {
  排队: "QUEUED",
  执行: "EXECUTING",
  推送: "PUSHED",
  迭代: "ITERATING",
  人工: "NEEDS_HUMAN",
};

/** The state that a sentence names, so that somebody is not sent elsewhere than they said; null without one. */
export function namedState(text: string): State | null {
  const written = text.match(/\b[A-Z]{2,}(_[A-Z]+)*\b/g) ?? [];
  for (const word of written) {
    const state = parseState(word);
    if (state !== null) return state;
  }
  const spoken = /\b(?:to|into|as|from)\s+(\w+)\s*$/i.exec(text)?.[1]?.toUpperCase();
  const meant = STATES.find((state) => state === spoken);
  if (meant !== undefined) return meant;
  return Object.entries(CHINESE).find(([word]) => text.includes(`到${word}`))?.[1] ?? null;
}
