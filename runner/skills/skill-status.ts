import { join } from "node:path";
import type { SkillName } from "../../src/core/skills.ts";
import { frontMatterOf, readShipped } from "./shipped.ts";
import { readSkillFiles } from "./skill-files.ts";

/** `drifted`: there, but not with the content that this version of agentpr ships. */
export type SkillStatus = {
  name: SkillName;
  status: "installed" | "missing" | "drifted";
  version: string | null;
  hash: string | null;
  shippedVersion: string | null;
  shippedHash: string | null;
};

/** The runner's own installation: a Codex home that holds skills and nothing else. */
export function skillTemplate(dataDir: string): string {
  return join(dataDir, "codex_template");
}

/** Where an installation of skills lies inside a Codex home. */
export function skillsRoot(codexHome: string): string {
  return join(codexHome, "skills");
}

export function skillStatuses(codexHome: string, names: readonly SkillName[]): Promise<SkillStatus[]> {
  return Promise.all(names.map((name) => statusOf(codexHome, name)));
}

async function statusOf(codexHome: string, name: SkillName): Promise<SkillStatus> {
  const there = await readSkillFiles(join(skillsRoot(codexHome), name));
  const shipped = await readShipped(name);
  return {
    name,
    status: there === null ? "missing" : there.hash === shipped?.hash ? "installed" : "drifted",
    version: frontMatterOf(there?.files["SKILL.md"])?.metadata.version ?? null,
    hash: there?.hash ?? null,
    shippedVersion: shipped?.version ?? null,
    shippedHash: shipped?.hash ?? null,
  };
}
