import { posix } from "node:path";
import type { Violation } from "../core/evidence.ts";
import type { RawEntry } from "./diff-parse.ts";

const MODES: ReadonlySet<string> = new Set(["100644", "100755", "120000"]);
const LINK = "120000";
const GITLINK = "160000";
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const UNSAFE_CHARACTERS = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd\\]/;
/** `.git` as some file system would spell it: any case, trailing dots and spaces, a stream, a short name. */
const GIT_FOLDER = /^(\.git|git~\d+)[. ]*(:.*)?$/i;

/** What no change may hold, whatever the policy says. `links` gives the target of each link by its blob. */
export function treeViolations(
  entries: readonly RawEntry[],
  links: ReadonlyMap<string, string>,
): Violation[] {
  return entries
    .filter((entry) => entry.status !== "deleted")
    .flatMap((entry) => [
      pathViolation(entry.path),
      modeViolation(entry),
      entry.newMode === LINK ? linkViolation(entry.path, links.get(entry.newSha) ?? "/") : null,
    ])
    .filter((violation) => violation !== null)
    .concat(submoduleFiles(entries));
}

export function linkBlobs(entries: readonly RawEntry[]): string[] {
  return entries.filter((entry) => entry.newMode === LINK).map((entry) => entry.newSha);
}

function pathViolation(path: string): Violation | null {
  const bad = UNSAFE_CHARACTERS.test(path) || path.split("/").some(isUnsafePart);
  return bad ? violation("path_unsafe", path, `${JSON.stringify(path)} is not a safe path name`) : null;
}

function isUnsafePart(part: string): boolean {
  return part === "" || part === "." || part === ".." || part.length > 255 || GIT_FOLDER.test(part);
}

function modeViolation({ path, newMode }: RawEntry): Violation | null {
  if (newMode === GITLINK)
    return violation("submodule", path, "A nested repository or submodule was added or moved");
  return MODES.has(newMode)
    ? null
    : violation("file_mode", path, `Mode ${newMode} is not a file, program or link`);
}

/** `..` may only lead: after a name it could climb out through another link, however it reads. */
function linkViolation(path: string, target: string): Violation | null {
  const parts = target.split("/");
  const firstName = parts.findIndex((part) => part !== "..");
  const climbsLater = firstName >= 0 && parts.slice(firstName).includes("..");
  const end = posix.normalize(posix.join(posix.dirname(path), target));
  const leaves = target.startsWith("/") || end === ".." || end.startsWith("../");
  const intoGit = parts.some((part) => GIT_FOLDER.test(part));
  if (!leaves && !climbsLater && !intoGit && target !== "") return null;
  return violation("link_outside_tree", path, `It points to ${JSON.stringify(target.slice(0, 200))}`);
}

function submoduleFiles(entries: readonly RawEntry[]): Violation[] {
  return entries
    .filter(({ path, oldPath }) => [path, oldPath].some((name) => name?.toLowerCase() === ".gitmodules"))
    .map(({ path }) => violation("submodule", path, "The list of submodules was changed"));
}

function violation(rule: Violation["rule"], path: string, detail: string): Violation {
  return { rule, path, detail: detail.slice(0, 1_000) };
}
