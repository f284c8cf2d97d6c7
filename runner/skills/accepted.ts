import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { hasOnlyLearned, newerFirst } from "../../src/core/learning/new-version.ts";
import type { SkillName } from "../../src/core/skills.ts";
import { frontMatterOf, readShipped, type Skill } from "./shipped.ts";
import { readSkillFiles } from "./skill-files.ts";

/** Where versions lie that somebody accepted, `<name>-<version>` each, with lessons at their end. */
export function acceptedSkills(dataDir: string): string {
  return join(dataDir, "skills");
}

/** What attempts get: the newest accepted version that stands on the shipped skill, else that; null when it is damaged. */
export async function readInForce(name: SkillName, folder: string): Promise<Skill | null> {
  const shipped = await readShipped(name);
  return shipped && ((await listAccepted(shipped, folder))[0] ?? shipped);
}

/** Newest first. A version that was made from another release's skill, or by hand, is none of them. */
export async function listAccepted(shipped: Skill, folder: string): Promise<Skill[]> {
  const entries = await readdir(folder).catch(ignoreMissing);
  const named = entries.filter((entry) => /^-\d+\.\d+\.\d+$/.test(entry.slice(shipped.name.length)));
  const own = named.filter((entry) => entry.startsWith(shipped.name));
  const read = await Promise.all(own.map((entry) => readAccepted(shipped, join(folder, entry))));
  return read.filter((skill) => skill !== null).toSorted((a, b) => newerFirst(a.version, b.version));
}

async function readAccepted(shipped: Skill, folder: string): Promise<Skill | null> {
  const read = await readSkillFiles(folder);
  const { "SKILL.md": main = "", ...others } = read?.files ?? {};
  const { "SKILL.md": shippedMain = "", ...shippedOthers } = shipped.files;
  const version = frontMatterOf(main)?.metadata.version;
  if (read === null || version === undefined || !folder.endsWith(`-${version}`)) return null;
  const base = { text: shippedMain, version: shipped.version };
  const stands = hasOnlyLearned(base, { text: main, version }) && isDeepStrictEqual(others, shippedOthers);
  return stands ? { ...shipped, ...read, version } : null;
}

function ignoreMissing(error: NodeJS.ErrnoException): string[] {
  if (error.code === "ENOENT") return [];
  throw error;
}
