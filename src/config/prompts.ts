import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf, Problem } from "../core/problem.ts";
import { didYouMean } from "../core/suggest.ts";

export type PromptSource = {
  root: string;
  /** One file for every version, as AGENTPR_WORKER_PROMPT_FILE asks. */
  file: string | null;
};

/** The base prompt of a run: policy/prompts/<version>.md, or the one file that replaces them all. */
export function loadPrompt(version: string, { root, file }: PromptSource): string {
  if (file !== null) return readPrompt(file);
  const versions = listPrompts(root);
  if (!versions.includes(version)) throw unknownVersion(version, versions);
  return readPrompt(join(folderOf(root), `${version}.md`));
}

/** The versions that exist, in order. Only listed names are ever opened, so a version is never a path. */
export function listPrompts(root: string): string[] {
  return readdirSync(folderOf(root))
    .filter((name) => name.endsWith(".md"))
    .map((name) => name.slice(0, -".md".length))
    .toSorted();
}

function folderOf(root: string): string {
  return join(root, "policy", "prompts");
}

function readPrompt(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Problem(
      `The prompt ${file} cannot be read`,
      messageOf(error),
      "Correct AGENTPR_WORKER_PROMPT_FILE",
    );
  }
}

function unknownVersion(version: string, versions: string[]): Problem {
  return new Problem(
    `There is no prompt version "${version}"${didYouMean(version, versions)}`,
    `policy/prompts has ${versions.join(", ") || "none"}`,
    "Use one of them, or add policy/prompts/<version>.md",
  );
}
