import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Files } from "./git-repository.ts";

const FOLDER = join(import.meta.dirname, "../fixtures/repositories");

/** The files of a small project of one layout, with what a test adds or changes. */
export function sampleFiles(layout: string, more: Files = {}): Files {
  const root = join(FOLDER, layout);
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const files = entries
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [relative(root, path), readFileSync(path)] as const);
  return { ...Object.fromEntries(files), ...more };
}
