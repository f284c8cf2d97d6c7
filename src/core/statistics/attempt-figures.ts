// statistics: from rows that the database has counted together to what people read. Pure; the same rows give the same figures.
import type { AttemptReport } from "../attempt.ts";
import { tokensOf } from "../cost.ts";

/** The stages of an attempt, in their order. */
export const STAGES = ["provision", "codex", "candidate", "verify", "seal"] as const;
export type Stage = (typeof STAGES)[number];

/** A report in figures: what statistics know of an attempt. */
export type AttemptFigures = {
  grade: string;
  reason: string;
  model: string | null;
  /** name@version of each skill it had, in the order of their names; empty where it had none. */
  skills: string;
  tokens: number;
  totalMs: number;
  /** Null for a stage that was not reached. */
  stages: Readonly<Record<Stage, number | null>>;
};

export function figuresOf({ grade, model, skills, evidence, stages }: AttemptReport): AttemptFigures {
  const sum = (times: AttemptReport["stages"]) => Math.round(times.reduce((all, { ms }) => all + ms, 0));
  const stage = (wanted: Stage): [Stage, number | null] => {
    const times = stages.filter(({ name }) => name === wanted);
    return [wanted, times.length === 0 ? null : sum(times)];
  };
  return {
    grade: grade.grade,
    reason: grade.reason,
    model,
    skills: skills
      .map(({ name, version }) => `${name}@${version}`)
      .toSorted()
      .join(","),
    tokens: tokensOf(evidence.usage),
    totalMs: sum(stages),
    stages: Object.fromEntries(STAGES.map(stage)) as Record<Stage, number | null>,
  };
}
