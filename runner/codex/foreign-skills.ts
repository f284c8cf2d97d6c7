import { readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { Problem } from "../../src/core/problem.ts";

/** Where Codex looks for skills besides its own home: in the repository that is worked on, and in the HOME of its commands. */
const ROOTS = [".agents/skills", ".codex/skills"];
const MOST_FOLDERS = 20_000;

/**
 * Every skill that Codex would take from there, by the real path of its SKILL.md. Codex lists them, and loads one whole
 * when any text of the prompt names it with a `$`, whatever the project's trust; only a rule for each path keeps it out.
 */
export async function foreignSkills(homes: readonly string[]): Promise<string[]> {
  const seen = new Set<string>();
  const found: string[] = [];
  const waiting = homes.flatMap((home) => ROOTS.map((root) => join(home, root)));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const folder = await realpath(next).catch(() => null);
    if (folder === null || seen.has(folder)) continue;
    if (seen.add(folder).size > MOST_FOLDERS) throw tooMany();
    // A link may lead to a file or nowhere; then there is nothing to list.
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    if (entries.some(({ name }) => name === "SKILL.md")) found.push(join(folder, "SKILL.md"));
    const folders = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink());
    waiting.push(...folders.map(({ name }) => join(folder, name)));
  }
  return found.toSorted();
}

function tooMany(): Problem {
  return new Problem(
    "The repository's skills cannot be kept from Codex",
    `${ROOTS.join(" and ")} lead to more than ${MOST_FOLDERS} folders`,
    "Remove the link that leads there from the repository",
  );
}
