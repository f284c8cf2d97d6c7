import { readdir, realpath } from "node:fs/promises";
import { join } from "node:path";

/** Where Codex 0.169 looks for skills in a work tree, whether it trusts it or not. */
const PLACES = [".agents/skills", ".codex/skills"] as const;
const MAX_DEPTH = 8;
const MAX_FILES = 2_000;
const MAX_FOLDERS = 10_000;

/**
 * The skill files that lie in a work tree, by the path they are read from. Codex lists them to the model together with
 * ours, and leaves out only those that are named one by one. Links are followed, because Codex follows them.
 */
export async function findRepositorySkills(workDir: string): Promise<string[]> {
  const found = new Set<string>();
  const seen = new Set<string>();
  for (const place of PLACES) await collect(join(workDir, place), { found, seen, depth: 0 });
  return [...found].toSorted();
}

type Walk = { found: Set<string>; seen: Set<string>; depth: number };

async function collect(folder: string, { found, seen, depth }: Walk): Promise<void> {
  const real = await realpath(folder).catch(() => null);
  if (real === null || seen.has(real) || depth > MAX_DEPTH) return;
  refuseTooMany(found.size > MAX_FILES || seen.size > MAX_FOLDERS);
  seen.add(real);
  const entries = await readdir(real, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(real, entry.name);
    if (/^skill\.md$/i.test(entry.name)) await name(path, found);
    else if (entry.isDirectory() || entry.isSymbolicLink())
      await collect(path, { found, seen, depth: depth + 1 });
  }
}

/** Under both names, since either may be the one that Codex compares. */
async function name(path: string, found: Set<string>): Promise<void> {
  found.add(path);
  found.add(await realpath(path).catch(() => path));
}

function refuseTooMany(tooMany: boolean): void {
  if (tooMany) throw new Error("The repository holds more skill folders than can be kept from the prompt");
}
