import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readShipped } from "../../runner/skills/shipped.ts";
import { readSkillFiles } from "../../runner/skills/skill-files.ts";
import type { Written } from "../config/new-policy-version.ts";
import { nextSkillVersion, withLesson } from "../core/learning/new-version.ts";
import { EXIT, Problem } from "../core/problem.ts";
import type { SkillName } from "../core/skills.ts";

type Order = { name: SkillName; version: string; add: string };

/** Writes a skill with one more sentence into a folder of the data folder, under the next version, on top of the newest there. */
export async function writeSkillVersion(dataDir: string, { name, version, add }: Order): Promise<Written> {
  const shipped = await readShipped(name);
  if (shipped?.version !== version) throw changedSince(name, shipped?.version ?? "missing");
  const folderOf = (each: string) => join(dataDir, "skills", `${name}-${each}`);
  let newest = version;
  while (existsSync(folderOf(nextSkillVersion(newest)))) newest = nextSkillVersion(newest);
  const base = newest === version ? shipped : await readSkillFiles(folderOf(newest));
  const next = nextSkillVersion(newest);
  const main = (base?.files["SKILL.md"] ?? "").replace(`version: "${newest}"`, `version: "${next}"`);
  await writeFolder(folderOf(next), { ...base?.files, "SKILL.md": withLesson(main, add) });
  return { version: next, file: folderOf(next) };
}

/** Beside its place first, so that it is there whole or not at all. */
async function writeFolder(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  const part = `${folder}.part`;
  await rm(part, { recursive: true, force: true });
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(part, path)), { recursive: true });
    await writeFile(join(part, path), content);
  }
  await rename(part, folder);
}

function changedSince(name: string, now: string): Problem {
  return new Problem(
    "The skill has changed since",
    `${name} is ${now} now`,
    "Reject it; agentpr skills-feedback makes new ones from newer attempts",
    EXIT.refused,
  );
}
