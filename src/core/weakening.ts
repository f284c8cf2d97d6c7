import type { FileChange, Weakening } from "./evidence.ts";
import type { PatchFile, PatchLine } from "./patch.ts";
import { testCaseNames } from "./test-case-names.ts";
import {
  addedSkips,
  addedSwitchOffs,
  looserAssertions,
  lostAssertions,
  swallowed,
  weakening,
} from "./weakening-content.ts";
import { changedSetting } from "./weakening-settings.ts";
import { isCheckConfiguration, isSnapshot, isTestFile } from "./weakening-signs.ts";

export type WeakeningInput = { patch: readonly PatchFile[]; files: readonly FileChange[] };
type Names = { has(name: string): boolean };
type Seen = {
  file: PatchFile;
  /** Names of the cases that the other files of the change add. */
  elsewhere: Names;
  /** Assertions that it has fewer than before; below none, it has more. */
  lost: number;
  /** Assertions that other test files have more than before: where a moved case may have taken its own. */
  surplus: number;
};

/** Tests and checks that a change removes, skips or loosens. A test that only changes, moves or is renamed is none. */
export function findWeakenings({ patch, files }: WeakeningInput): Weakening[] {
  const gone = new Set(files.filter(({ status }) => status === "deleted").map(({ path }) => path));
  const whole = withRenames(patch.map(boundedFile), files);
  const lost = whole.map((file) => (isTestFile(file.path) ? lostAssertions(file) : 0));
  const allSurplus = lost.reduce((sum, fewer) => sum + Math.max(0, -fewer), 0);
  const names = whole.map((file) => (holdsTests(file.path) ? testCaseNames(file.added) : []));
  const times = tally(names.flat());
  const found = whole.flatMap((file, at) => {
    const own = tally(names[at] ?? []);
    const elsewhere = { has: (name: string) => (times.get(name) ?? 0) > (own.get(name) ?? 0) };
    const fewer = lost[at] ?? 0;
    const seen = { file, elsewhere, lost: fewer, surplus: allSurplus - Math.max(0, -fewer) };
    return [...(gone.has(file.path) ? deletedFile(seen) : changedFile(seen)), ...settings(file)];
  });
  return [...found, ...files.flatMap(wholeFile)];
}

/** The patch tells a renamed file as one that goes and one that comes: here it is one file again. */
function withRenames(patch: readonly PatchFile[], files: readonly FileChange[]): PatchFile[] {
  const oldNames = new Map(files.flatMap(({ path, oldPath }) => (oldPath === null ? [] : [[path, oldPath]])));
  const gone = new Set(oldNames.values());
  const byPath = new Map(patch.map((file) => [file.path, file]));
  return patch
    .filter(({ path, added }) => !gone.has(path) || added.length > 0)
    .map((file) => {
      const old = byPath.get(oldNames.get(file.path) ?? "");
      return old ? { ...file, removed: [...old.removed, ...file.removed] } : file;
    });
}

function deletedFile(seen: Seen): Weakening[] {
  const { file, elsewhere } = seen;
  if (isSnapshot(file.path))
    return [weakening("test_deleted", file.path, "What tests compare with was deleted")];
  const names = testCaseNames(file.removed);
  const allMoved = names.length > 0 && names.every((name) => elsewhere.has(name));
  if (!isTestFile(file.path)) return [];
  return allMoved
    ? fewerAssertions(seen)
    : [weakening("test_deleted", file.path, "The test file was deleted")];
}

function changedFile(seen: Seen): Weakening[] {
  const { file, elsewhere } = seen;
  const lost = lostCases(file, elsewhere);
  const inTests = isTestFile(file.path);
  return [
    ...(lost.length > 0
      ? [weakening("test_deleted", file.path, `Test cases were removed: ${lost.join("; ")}`)]
      : []),
    ...(holdsTests(file.path) ? addedSkips(file) : []),
    ...(inTests ? [...fewerAssertions(seen), ...looserAssertions(file, seen.lost), ...swallowed(file)] : []),
    ...addedSwitchOffs(file),
  ];
}

/** A removed name that is written nowhere else, and that no new name of the same file can be the successor of. */
function lostCases(file: PatchFile, elsewhere: Names): string[] {
  const [removed, added] = [testCaseNames(file.removed), testCaseNames(file.added)];
  const lost = without(removed, added).filter((name) => !elsewhere.has(name));
  return lost.length > without(added, removed).length ? lost.slice(0, 10) : [];
}

/** Each name is taken away as often as it stands in the other list. */
function without(from: readonly string[], taken: readonly string[]): string[] {
  const left = tally(taken);
  return from.filter((name) => {
    const times = left.get(name) ?? 0;
    left.set(name, times - 1);
    return times <= 0;
  });
}

function tally(names: readonly string[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1);
  return times;
}

/** Where cases have moved to another file, their assertions may have gone with them. */
function fewerAssertions({ file, elsewhere, lost, surplus }: Seen): Weakening[] {
  const moved = testCaseNames(file.removed).some((name) => elsewhere.has(name));
  const gone = lost - (moved ? surplus : 0);
  return gone > 0 ? [weakening("assertion_loosened", file.path, `${gone} fewer assertions than before`)] : [];
}

function settings(file: PatchFile): Weakening[] {
  const setting = changedSetting(file);
  if (setting === null) return [];
  return [
    weakening("check_configuration", file.path, `A setting of the checks was changed: ${setting.trim()}`),
  ];
}

/** What its name alone says: configuration of the checks, and a test under a name that no runner looks for. */
function wholeFile({ path, oldPath, status }: FileChange): Weakening[] {
  const configuration = [path, oldPath ?? path].some(isCheckConfiguration);
  const hidden = oldPath !== null && isTestFile(oldPath) && !isTestFile(path);
  return [
    ...(configuration
      ? [weakening("check_configuration", path, `Configuration of the checks was ${status}`)]
      : []),
    ...(hidden ? [weakening("test_deleted", path, `The test file ${oldPath} is none any more`)] : []),
  ];
}

/** Rust keeps tests beside the code. */
function holdsTests(path: string): boolean {
  return isTestFile(path) || path.endsWith(".rs");
}

/** No test is written on a longer line; the patterns stay quick on minified files. */
function boundedFile({ path, added, removed }: PatchFile): PatchFile {
  return { path, added: added.map(bounded), removed: removed.map(bounded) };
}

function bounded({ line, text }: PatchLine): PatchLine {
  return { line, text: text.slice(0, 1_000) };
}
