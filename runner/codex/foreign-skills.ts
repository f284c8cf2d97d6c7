import { readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { Problem } from "../../src/core/problem.ts";

/** Where Codex looks for skills besides its own home: in the repository that is worked on, and in the HOME of its commands. */
const ROOTS = [".agents/skills", ".codex/skills"];
const SKILL_FILE = /^skill\.md$/i;
const MOST_FOLDERS = 20_000;

/**
 * Every skill that Codex would take from there, by the path of its SKILL.md in the real folder, and where that is a link
 * by its real one too. Codex lists them, and loads one whole
 * when any text of the prompt names it with a `$`, whatever the project's trust; only a rule for each path keeps it out.
 */
export async function foreignSkills(homes: readonly string[]): Promise<string[]> {
  const seen = new Set<string>();
  const found = new Set<string>();
  const waiting = homes.flatMap((home) => ROOTS.map((root) => join(home, root)));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const folder = await realpath(next).catch(() => null);
    if (folder === null || seen.has(folder)) continue;
    if (seen.add(folder).size > MOST_FOLDERS) throw tooMany();
    // A link may lead to a file or nowhere; then there is nothing to list.
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const { name } of entries.filter((entry) => SKILL_FILE.test(entry.name)))
      for (const path of await pathsOf(join(folder, name))) found.add(path);
    const folders = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink());
    waiting.push(...folders.map(({ name }) => join(folder, name)));
  }
  return [...found].toSorted();
}

/** Either may be the one that Codex compares. */
async function pathsOf(file: string): Promise<string[]> {
  return [file, await realpath(file).catch(() => file)];
}

function tooMany(): Problem {
  return new Problem(
    "The repository's skills cannot be kept from Codex",
    `${ROOTS.join(" and ")} lead to more than ${MOST_FOLDERS} folders`,
    "Remove the link that leads there from the repository",
  );
}
