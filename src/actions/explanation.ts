import { type Explanation, readExplanation, type Suggestible, suggestible } from "../core/explanation.ts";
import type { Answer } from "../core/manager-question.ts";
import type { Run } from "../core/run.ts";
import type { ActionContext } from "./action.ts";
import { type Actor, mayUse, type Tier } from "./actor.ts";
import { type CardQuestion, cardQuestion } from "./card-question.ts";
import { markDone } from "./mark-done.ts";
import type { Fact } from "./reply.ts";
import { cancel, pause, resume, retry } from "./steer.ts";

export type Said = { answer: Answer<"explain_card">; model: string };

/** A model that explains cards: what it said of a card is kept, and it is asked once about each. */
export type Explainer = {
  /** What was said of exactly this; nobody is asked. */
  known(asked: CardQuestion): Promise<Said | null>;
  ask(asked: CardQuestion, signal: AbortSignal): Promise<Said | { why: string }>;
};

/** A model's words on where a run stands, if they are there already: looking neither waits nor pays. */
export async function knownExplanation(context: ActionContext, run: Run): Promise<Explanation | null> {
  const { explainer = null } = context;
  const asked = explainer && (await cardQuestion(context, run));
  const said = asked && (await explainer?.known(asked));
  return said ? readExplanation(said.answer, said.model, suggestible(run)) : null;
}

/** The same, asked for where they are not there yet. */
export async function askedExplanation(
  context: ActionContext,
  run: Run,
  signal: AbortSignal,
): Promise<Explanation | { unsaid: string }> {
  const { explainer = null } = context;
  if (explainer === null) return { unsaid: "no model is set" };
  const asked = await cardQuestion(context, run);
  if (asked === null) return { unsaid: "nobody can do anything about this run any more" };
  const said = await explainer.ask(asked, signal);
  return "why" in said ? { unsaid: said.why } : readExplanation(said.answer, said.model, suggestible(run));
}

const TIERS: Readonly<Record<Suggestible, Tier>> = {
  resume: resume.tier,
  retry: retry.tier,
  pause: pause.tier,
  cancel: cancel.tier,
  mark_done: markDone.tier,
};

/** The suggestions that somebody of that right may follow. */
export function suggestionsFor(
  { suggestions }: Pick<Explanation, "suggestions">,
  may: (tier: Tier) => boolean,
): Explanation["suggestions"] {
  return suggestions.filter(({ action }) => may(TIERS[action]));
}

/** For whoever looks: what is there already or, where they ask, what the model says now. Nothing where none is set. */
export async function explainedTo(
  context: ActionContext,
  actor: Actor,
  run: Run,
  { ask }: { ask: boolean },
): Promise<{ explanation: Explanation | null; facts: Fact[] }> {
  const asking = ask && (context.explainer ?? null) !== null;
  const { signal = PATIENT } = context;
  const said = asking ? await askedExplanation(context, run, signal) : await knownExplanation(context, run);
  if (said === null || !("unsaid" in said)) return { explanation: said, facts: saidFacts(said, actor, run) };
  // Why there is none may hold an endpoint's own words: for the operator, not for a page that everybody reads.
  const facts: Fact[] = actor.via === "cli" ? [["a model says", `nothing: ${said.unsaid}`]] : [];
  return { explanation: null, facts };
}

/** The model's own limit of time ends the question. */
const PATIENT = new AbortController().signal;

/** Marked as the model's, with the command for each suggestion as its reader writes it. */
function saidFacts(explanation: Explanation | null, actor: Actor, run: Run): Fact[] {
  if (explanation === null) return [];
  const suggestions = suggestionsFor(explanation, (tier) => mayUse(actor, tier));
  return [
    ["a model says", `${explanation.why} (${explanation.model})`],
    ...suggestions.map(
      ({ action, reason }): Fact => ["a model suggests", `${commandFor(action, actor, run)}: ${reason}`],
    ),
  ];
}

function commandFor(action: Suggestible, { via }: Actor, { id }: Run): string {
  const name = action.replaceAll("_", "-");
  return via === "cli" ? `agentpr ${name} ${id}` : `/agentpr ${name}`;
}
