import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { z } from "zod";
import type { SkillName } from "../../src/core/skills.ts";
import { readSkillFiles, type SkillFiles } from "./skill-files.ts";

export type Skill = SkillFiles & { name: SkillName; version: string; description: string };

/** Where agentpr's own skills lie. */
export const SHIPPED_SKILLS = fileURLToPath(new URL("../../skills", import.meta.url));

export const FrontMatter = z.object({
  name: z.string(),
  description: z.string().min(1).max(1_024),
  metadata: z.object({ version: z.string().regex(/^\d+\.\d+\.\d+$/) }),
});

/** A skill as this version of agentpr ships it; null when its folder is not there or not usable. */
export async function readShipped(name: SkillName, folder = SHIPPED_SKILLS): Promise<Skill | null> {
  const read = await readSkillFiles(join(folder, name));
  const front = frontMatterOf(read?.files["SKILL.md"]);
  if (read === null || front?.name !== name) return null;
  return { ...read, name, version: front.metadata.version, description: front.description };
}

/** What stands between the first two lines of three dashes; null when it is not as it must be. */
export function frontMatterOf(text: string | undefined): z.infer<typeof FrontMatter> | null {
  const block = /^---\n([\s\S]*?)\n---\n/.exec(text ?? "")?.[1];
  if (block === undefined) return null;
  try {
    const parsed = FrontMatter.safeParse(parse(block));
    return parsed.success ? parsed.data : null;
  } catch {
    return null; // no YAML
  }
}
