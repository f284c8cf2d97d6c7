import { z } from "zod";
import type { Policy } from "./policy.ts";

export const SKILL_NAMES = [
  "agentpr-repo-preflight-contract",
  "agentpr-implement-and-validate",
  "agentpr-ci-review-fix",
] as const;
export type SkillName = (typeof SKILL_NAMES)[number];

/** A skill that an attempt had, as it is kept with the attempt. */
export const PlacedSkill = z.object({ name: z.string(), version: z.string(), hash: z.string() });
export type PlacedSkill = z.infer<typeof PlacedSkill>;

export type Purpose = "execute" | "iterate";
type Skills = readonly SkillName[];

const [CONTRACT, IMPLEMENT, FIX] = SKILL_NAMES;

/** Which skills an attempt gets. Staged, each stage has its own; otherwise the worker chooses among all. */
const SKILLS = {
  off: { execute: [], iterate: [] },
  agentpr: { execute: [CONTRACT, IMPLEMENT], iterate: [FIX] },
  agentpr_autonomous: { execute: SKILL_NAMES, iterate: SKILL_NAMES },
} satisfies Record<Policy["skills_mode"], Record<Purpose, Skills>>;

export function skillsFor({ skills_mode }: Pick<Policy, "skills_mode">, purpose: Purpose): Skills {
  return SKILLS[skills_mode][purpose];
}
