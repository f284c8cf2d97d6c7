import { randomBytes } from "node:crypto";
import { mkdir, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { Problem } from "../../src/core/problem.ts";

/** Makes the skills' folder of a Codex home and gives its real place. A link that leads out of the home is refused. */
export async function openSkillsRoot(codexHome: string): Promise<string> {
  await mkdir(codexHome, { recursive: true });
  const home = await realpath(codexHome);
  const root = join(home, "skills");
  await mkdir(root).catch(ignoreExisting);
  const real = await realpath(root);
  if (real.startsWith(`${home}${sep}`) && (await stat(real)).isDirectory()) return real;
  throw new Problem(
    `${root} cannot take skills`,
    `it leads to ${real}, which is no folder of ${home}`,
    "Remove that link, or name the real home with --codex-home",
  );
}

/** Writes a folder beside its place and then puts it there: whoever reads sees the old one or the new one, never a mixture. */
export async function replaceFolder(place: string, files: Readonly<Record<string, string>>): Promise<void> {
  const fresh = besides(place);
  try {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(fresh, path)), { recursive: true });
      await writeFile(join(fresh, path), content, { flag: "wx" });
    }
    await swapIn(fresh, place);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** Puts a finished folder in a place; what lies there goes, a link itself and not what it leads to. */
export async function swapIn(fresh: string, place: string): Promise<void> {
  const old = besides(place);
  const moved = await rename(place, old).then(() => true, ignoreMissing);
  try {
    await rename(fresh, place);
  } catch (error) {
    if (moved) await rename(old, place);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}

/** A name in the same folder that Codex does not look into. */
export function besides(place: string): string {
  return join(dirname(place), `.agentpr-${randomBytes(6).toString("hex")}`);
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error;
}

function ignoreMissing(error: NodeJS.ErrnoException): false {
  if (error.code !== "ENOENT") throw error;
  return false;
}
