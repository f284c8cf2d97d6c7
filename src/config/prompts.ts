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

/** Why a version cannot be used, in one sentence; null where it can. */
export function promptFault(version: string, { root, file }: PromptSource): string | null {
  const versions = listPrompts(root);
  if (file !== null || versions.includes(version)) return null;
  return `${nameless(version, versions)}; there are ${versions.join(", ") || "none"}.`;
}

const OWN_TASK = /^<!-- task: (.{1,200}) -->$/m;

/** What a prompt asks for by itself, as a comment in it says; null where it only tells how to do what a request asks. */
export function ownTask(version: string, source: PromptSource): string | null {
  return OWN_TASK.exec(loadPrompt(version, source))?.[1]?.trim() ?? null;
}

function nameless(version: string, versions: string[]): string {
  return `There is no prompt version "${version}"${didYouMean(version, versions)}`;
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

const LARGEST = 200_000;

function readPrompt(file: string): string {
  const text = readText(file);
  if (text.trim() === "") throw unusable(file, "it is empty");
  if (text.length > LARGEST) throw unusable(file, `it has more than ${LARGEST} characters`);
  return text;
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw unusable(file, messageOf(error));
  }
}

function unusable(file: string, why: string): Problem {
  const remedy = "Correct the file, or AGENTPR_WORKER_PROMPT_FILE where it names it";
  return new Problem(`The prompt ${file} cannot be used`, why, remedy);
}

function unknownVersion(version: string, versions: string[]): Problem {
  return new Problem(
    nameless(version, versions),
    `policy/prompts has ${versions.join(", ") || "none"}`,
    "Use one of them, or add policy/prompts/<version>.md",
  );
}
