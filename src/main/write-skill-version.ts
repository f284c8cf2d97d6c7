import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { acceptedSkills, listAccepted } from "../../runner/skills/accepted.ts";
import { readShipped } from "../../runner/skills/shipped.ts";
import type { Written } from "../config/new-policy-version.ts";
import { nextSkillVersion, withLesson } from "../core/learning/new-version.ts";
import { EXIT, Problem } from "../core/problem.ts";
import type { SkillName } from "../core/skills.ts";

type Order = { name: SkillName; version: string; add: string };

/**
 * Writes a skill with one more sentence into a folder of the data folder, under the next version that is free, on top of the
 * one in force. The runner on this machine takes it for its next attempt.
 */
export async function writeSkillVersion(dataDir: string, { name, version, add }: Order): Promise<Written> {
  const shipped = await readShipped(name);
  const known = shipped === null ? [] : [...(await listAccepted(shipped, acceptedSkills(dataDir))), shipped];
  const [base] = known;
  if (base === undefined || !known.some((each) => each.version === version))
    throw changedSince(name, base?.version ?? "missing");
  const folderOf = (each: string) => join(acceptedSkills(dataDir), `${name}-${each}`);
  let next = nextSkillVersion(base.version);
  while (existsSync(folderOf(next))) next = nextSkillVersion(next);
  const main = (base.files["SKILL.md"] ?? "").replace(`version: "${base.version}"`, `version: "${next}"`);
  await writeFolder(folderOf(next), { ...base.files, "SKILL.md": withLesson(main, add) });
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
