import { z } from "zod";
import type { Usage } from "./usage.ts";

/** Who decides: the rules alone; the rules, with a model where judgement is needed; or a model, among what is legal. */
export const DECISION_MODES = ["rules", "hybrid", "llm"] as const;
export type DecisionMode = (typeof DECISION_MODES)[number];

const reason = z.string().trim().min(1).max(2_000).describe("Why, in one or two plain sentences");
const oneOf = (choices: readonly string[]) => z.enum(choices as [string, ...string[]]);

const Grading = z.strictObject({ verdict: z.enum(["pass", "review"]), reason });
const Diagnosis = z.strictObject({
  retry: z.boolean().describe("Whether another attempt is worth its cost"),
  where: z
    .enum(["go_on", "from_the_base"])
    .describe("go_on: from the last change; from_the_base: everything anew"),
  modified_instructions: z
    .string()
    .trim()
    .max(4_000)
    .describe("What the next attempt should do differently; empty if nothing"),
  reason,
});

/** Every question and the shape of its answer; where the answer is from a closed list, that list is part of the shape. */
export const ANSWERS = {
  choose_decision: (choices: readonly string[]) => z.strictObject({ decision: oneOf(choices), reason }),
  grade_output: () => Grading,
  diagnose_failure: () => Diagnosis,
  triage_review: (choices: readonly string[]) =>
    z.strictObject({
      threads: z
        .array(
          z.strictObject({
            id: oneOf(choices),
            action: z.enum(["fix", "answer", "ignore"]),
            reply: z.string().trim().max(4_000).describe("Draft of an answer; empty where none is due"),
            reason,
          }),
        )
        .max(200),
    }),
  explain_card: (choices: readonly string[]) =>
    z.strictObject({
      why: z
        .string()
        .trim()
        .min(1)
        .max(2_000)
        .describe("Why it is where it is, in two or three plain sentences"),
      suggestions: z
        .array(z.strictObject({ action: oneOf(choices), reason: z.string().trim().min(1).max(300) }))
        .max(3),
    }),
  fill_template: (choices: readonly string[]) =>
    z.strictObject({
      sections: z
        .array(z.strictObject({ section: oneOf(choices), text: z.string().trim().max(8_000) }))
        .max(20),
    }),
  route_text: (choices: readonly string[]) =>
    z.strictObject({
      action: oneOf(choices),
      arguments: z.array(z.strictObject({ name: z.string().max(60), value: z.string().max(4_000) })).max(12),
      reason,
    }),
} as const satisfies Record<string, (choices: readonly string[]) => z.ZodType>;
export type QuestionName = keyof typeof ANSWERS;
export const QUESTION_NAMES = Object.keys(ANSWERS) as QuestionName[];
export type Answer<N extends QuestionName> = z.infer<ReturnType<(typeof ANSWERS)[N]>>;

export type Question<N extends QuestionName> = {
  name: N;
  /** What agentpr itself knows, in its own words. */
  facts: Readonly<Record<string, unknown>>;
  /** Words of others, by label: they go in as data, bounded, redacted and fenced. */
  words: Readonly<Record<string, string>>;
  /** The closed list that the answer is from, where the question has one. */
  choices?: readonly string[];
};

/** The schema of a question's answer. */
export function answerSchema<N extends QuestionName>({
  name,
  choices = [],
}: Question<N>): z.ZodType<Answer<N>> {
  return ANSWERS[name](choices) as unknown as z.ZodType<Answer<N>>;
}

/** How asking ended. What it has used counts either way. */
export type Asked<N extends QuestionName> =
  | { kind: "answered"; answer: Answer<N>; usage: Usage }
  | { kind: "failed"; why: string; usage: Usage };

/** A model that can be asked. It answers; it acts on nothing. */
export type ManagerPort = {
  readonly model: string;
  readonly endpoint: string;
  ask<N extends QuestionName>(question: Question<N>, signal: AbortSignal): Promise<Asked<N>>;
};
