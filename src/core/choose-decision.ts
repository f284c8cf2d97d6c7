import type { Decision, DecisionFacts, Ruling } from "./decision.ts";
import type { Event } from "./event.ts";
import { legalKinds } from "./legal-decisions.ts";
import type { DecisionSource, ManagerDecided } from "./manager-events.ts";
import type { Answer, DecisionMode } from "./manager-question.ts";

/** What the model is asked about a decision: why a failed attempt failed, or simply which way to go. */
export type Matter = "diagnose_failure" | "choose_decision";

/** Failures that say nothing about the work, and so need no judgement. */
const PLAIN: ReadonlySet<string> = new Set([
  "provider_limit",
  "preflight_transient_failure",
  "runtime_transient_failure",
]);

/** What is left to a model here; null where the rules are clear, or nobody is to be asked. */
export function matterOf(mode: DecisionMode, ruling: Ruling, { history }: DecisionFacts): Matter | null {
  if (mode === "rules" || legalKinds(ruling).length < 2) return null;
  const failed = history.verdict?.grade === "RETRYABLE" && !PLAIN.has(history.verdict.reason);
  if (ruling.decision.kind === "attempt" && failed) return "diagnose_failure";
  return mode === "llm" ? "choose_decision" : null;
}

/** Any answer at all, or why there is none: nothing of it is believed before it was compared with what is legal. */
export type Advised =
  | { kind: "unasked" }
  | { kind: "failed"; why: string }
  | { kind: "diagnosed"; answer: Answer<"diagnose_failure"> }
  | { kind: "chose"; answer: { decision: string; reason: string } };

export type Chosen = Ruling & Pick<ManagerDecided, "source" | "reason" | "instructions" | "fromTheBase">;

/** The rules' decision, or another legal one that the model would rather have. */
export function choose(mode: DecisionMode, ruling: Ruling, advised: Advised): Chosen {
  switch (advised.kind) {
    case "unasked":
      return chosen(ruling, "rules", reasonOf(ruling.decision));
    case "failed":
      return withoutAnswer(mode, ruling, advised.why);
    case "diagnosed":
      return diagnosed(ruling, advised.answer);
    case "chose":
      return picked(ruling, advised.answer.decision, advised.answer.reason);
    default:
      return advised satisfies never;
  }
}

/** The rules take over from a model that fails; where it alone is to choose, a person does. */
function withoutAnswer(mode: DecisionMode, ruling: Ruling, why: string): Chosen {
  const words = `the manager's model gave no answer: ${why}`;
  if (mode !== "llm" || !legalKinds(ruling).includes("escalate"))
    return chosen(ruling, "fallback", `${words}; ${reasonOf(ruling.decision)}`);
  return chosen({ ...ruling, decision: { kind: "escalate", reason: cut(words) } }, "fallback", words);
}

function diagnosed(ruling: Ruling, answer: Answer<"diagnose_failure">): Chosen {
  if (!answer.retry) return picked(ruling, "escalate", answer.reason);
  const made = picked(ruling, "attempt", answer.reason);
  if (made.source !== "llm") return made;
  const instructions = answer.modified_instructions === "" ? null : answer.modified_instructions;
  return { ...made, instructions, fromTheBase: answer.where === "from_the_base" };
}

function picked(ruling: Ruling, kind: string, reason: string): Chosen {
  if (kind === ruling.decision.kind) return chosen(ruling, "llm", reason);
  // Whatever else may be chosen is a person's look at the run.
  if (kind === "escalate" && legalKinds(ruling).includes("escalate"))
    return chosen({ ...ruling, decision: { kind: "escalate", reason: cut(reason) } }, "llm", reason);
  return chosen(ruling, "override", `the model chose ${cut(kind, 40)}, which is not legal here`);
}

function chosen(ruling: Ruling, source: DecisionSource, reason: string): Chosen {
  return { ...ruling, source, reason: cut(reason), instructions: null, fromTheBase: false };
}

/** The journal's words for it. */
export function decidedEvent(made: Chosen, facts: string): Extract<Event, { type: "manager.decided" }> {
  const { decision, rule, source, reason, instructions, fromTheBase } = made;
  const words = { decision: decision.kind, rule, source, reason, facts };
  return { type: "manager.decided", ...words, instructions, fromTheBase };
}

function reasonOf(decision: Decision): string {
  if (decision.kind === "wait") return decision.why;
  return "reason" in decision ? decision.reason : `the rules ${decision.kind} here`;
}

function cut(text: string, longest = 4_000): string {
  return text.slice(0, longest);
}
