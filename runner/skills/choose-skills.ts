import type { PreflightCheck } from "../../src/core/evidence.ts";
import type { Policy } from "../../src/core/policy.ts";
import { type Purpose, type SkillName, skillsFor } from "../../src/core/skills.ts";
import { readInForce } from "./accepted.ts";
import type { Skill } from "./shipped.ts";
import { type SkillStatus, skillStatuses } from "./skill-status.ts";

type Order = {
  policy: Pick<Policy, "skills_mode">;
  purpose: Purpose;
  /** The runner's own installation, used where there is one. */
  template: string;
  /** Where versions lie that somebody accepted. */
  accepted: string;
  /** Goes on with those that are there and as shipped. */
  allowMissing?: boolean;
};
export type ChosenSkills = { ok: true; skills: Skill[] } | { ok: false; check: PreflightCheck };

/**
 * The skills of an attempt, those that are shipped or what was learned on top of them. They need no installation; where the
 * runner's template has its own, they must be the shipped ones, so that nobody works with skills that were changed or
 * forgotten there.
 */
export async function chooseSkills({
  policy,
  purpose,
  template,
  accepted,
  allowMissing = false,
}: Order): Promise<ChosenSkills> {
  const names = skillsFor(policy, purpose);
  const drifted = (await skillStatuses(template, names)).filter(({ status }) => status === "drifted");
  if (drifted.length > 0 && !allowMissing) return refused(drifted.map(saysDrifted));
  const skills = await Promise.all(names.map((name) => readInForce(name, accepted)));
  const missing = names.filter((_, index) => skills[index] === null);
  if (missing.length > 0 && !allowMissing) return refused(missing.map(saysMissing));
  return { ok: true, skills: skills.filter((skill) => skill !== null) };
}

function refused(reasons: readonly string[]): ChosenSkills {
  return { ok: false, check: { name: "skills", ok: false, transient: false, detail: reasons.join("; ") } };
}

function saysDrifted({ name }: SkillStatus): string {
  return `the runner's ${name} is not the shipped one: run agentpr install-skills --force --name ${name}`;
}

function saysMissing(name: SkillName): string {
  return `${name} is missing or damaged in agentpr itself: restore agentpr, then run agentpr install-skills`;
}

/** The files of skills by their path inside a Codex home. */
export function homeFilesOf(skills: readonly Skill[]): Record<string, string> {
  const named = skills.flatMap(({ name, files }) =>
    Object.entries(files).map(([path, content]) => [`skills/${name}/${path}`, content] as const),
  );
  return Object.fromEntries(named);
}
