// The room of the skills: those that are shipped, those that are installed, and those that an attempt gets.
// A skill is a folder of text files; its hash over all of them is what "the same skill" means everywhere.
import { createHash } from "node:crypto";
import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join, relative } from "node:path";

export type SkillFiles = {
  /** Content by the path inside the skill's folder. */
  files: Readonly<Record<string, string>>;
  /** SHA-256 over names and contents. */
  hash: string;
};

const MOST_FILES = 200;

/** Reads a skill's folder; null when there is nothing. Links are not followed: they count as what they say, so they never match. */
export async function readSkillFiles(folder: string): Promise<SkillFiles | null> {
  const found = await lstat(folder).catch(ignoreMissing);
  if (found === null) return null;
  const files = found.isDirectory() ? await filesIn(folder) : { "": `not a folder: ${folder}` };
  return { files, hash: hashOf(files) };
}

async function filesIn(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const leaves = entries.filter((entry) => !entry.isDirectory()).slice(0, MOST_FILES);
  const named = await Promise.all(
    leaves.map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      const content = entry.isFile() ? await readFile(path, "utf8") : await strangeEntry(path);
      return [relative(folder, path), content] as const;
    }),
  );
  return Object.fromEntries(named.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

async function strangeEntry(path: string): Promise<string> {
  return `not a file: ${await readlink(path).catch(() => "neither file nor link")}`;
}

function hashOf(files: Record<string, string>): string {
  const hash = createHash("sha256");
  for (const [path, content] of Object.entries(files))
    hash.update(`${path}\0${Buffer.byteLength(content)}\0${content}\0`);
  return hash.digest("hex");
}

function ignoreMissing(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
  throw error;
}
