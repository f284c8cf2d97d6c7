import { ADVICE } from "./advice.ts";
import type { Grade } from "./grade.ts";

export const ACTIONS_AFTER = ["advance", "retry", "human_review"] as const;
export type Recommendation = {
  action: (typeof ACTIONS_AFTER)[number];
  priority: "normal" | "high";
  why: string;
};

const AFTER = {
  PASS: { action: "advance", priority: "normal" },
  RETRYABLE: { action: "retry", priority: "high" },
  HUMAN_REVIEW: { action: "human_review", priority: "high" },
} as const satisfies Record<Grade["grade"], Omit<Recommendation, "why">>;

/** What should happen after an attempt with this grade. */
export function recommend({ grade, reason }: Grade): Recommendation {
  return { ...AFTER[grade], why: ADVICE[reason].means };
}

/** What a person can do now: the advice for the reason, and the commands for it. */
export function actionsAfter({ grade, reason }: Grade, runId: string): string[] {
  const commands = {
    PASS: [`agentpr request-open-pr --run-id ${runId}`],
    RETRYABLE: [],
    HUMAN_REVIEW: [
      `agentpr analyze-worker-output --run-id ${runId}`,
      `agentpr retry --run-id ${runId} --note "what to do differently"`,
    ],
  } as const satisfies Record<Grade["grade"], readonly string[]>;
  return [ADVICE[reason].todo, ...commands[grade]];
}
