import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { nextVersion, withLesson } from "../core/learning/new-version.ts";
import type { Written } from "./new-policy-version.ts";
import { listPrompts, loadPrompt } from "./prompts.ts";

/** Writes a prompt with one more sentence as a version of its own, on top of the newest that stands on the same. */
export function writePromptVersion(
  root: string,
  { version, add }: { version: string; add: string },
): Written {
  const { newest, next } = nextVersion(version, listPrompts(root));
  const text = withLesson(loadPrompt(newest, { root, file: null }), add);
  const file = join(root, "policy", "prompts", `${next}.md`);
  writeFileSync(file, text, { flag: "wx" });
  return { version: next, file };
}
