import type { FileChange, Weakening } from "./evidence.ts";
import type { PatchFile, PatchLine } from "./patch.ts";
import * as signs from "./weakening-signs.ts";

export type WeakeningInput = { patch: readonly PatchFile[]; files: readonly FileChange[] };

/** Tests and checks that a change removes, skips or loosens. A test that only changes, moves or is renamed is none. */
export function findWeakenings({ patch, files }: WeakeningInput): Weakening[] {
  const gone = new Set(files.filter(({ status }) => status === "deleted").map(({ path }) => path));
  const moved = new Set(files.map(({ oldPath }) => oldPath));
  const everyAdded = namesIn(patch.flatMap(({ added }) => added.map(bounded)));
  const found = patch
    .filter(({ path }) => !moved.has(path))
    .map(({ path, added, removed }) => ({ path, added: added.map(bounded), removed: removed.map(bounded) }))
    .flatMap((file) => [
      ...(gone.has(file.path) ? deletedFile(file, everyAdded) : changedFile(file, everyAdded)),
      ...changedSettings(file),
    ]);
  return [...found, ...changedConfiguration(files)];
}

function deletedFile(file: PatchFile, everyAdded: ReadonlySet<string>): Weakening[] {
  const names = namesIn(file.removed);
  const allMoved = names.size > 0 && [...names].every((name) => everyAdded.has(name));
  if (!signs.isTestFile(file.path) || allMoved) return [];
  return [weakening("test_deleted", file.path, "The test file was deleted")];
}

function changedFile(file: PatchFile, everyAdded: ReadonlySet<string>): Weakening[] {
  const lost = lostCases(file, everyAdded);
  const inTests = signs.isTestFile(file.path);
  return [
    ...(lost.length > 0
      ? [weakening("test_deleted", file.path, `Test cases were removed: ${lost.join("; ")}`)]
      : []),
    ...(inTests ? [...addedSkips(file), ...lostAssertions(file), ...looserAssertions(file)] : []),
    ...addedSwitchOffs(file),
  ];
}

/** A removed name that is written nowhere else, and that no new name of the same file can be the successor of. */
function lostCases(file: PatchFile, everyAdded: ReadonlySet<string>): string[] {
  const removed = namesIn(file.removed);
  const lost = [...removed].filter((name) => !everyAdded.has(name));
  const fresh = [...namesIn(file.added)].filter((name) => !removed.has(name));
  return lost.length > fresh.length ? lost.slice(0, 10) : [];
}

function addedSkips({ path, added, removed }: PatchFile): Weakening[] {
  const skips = added.filter(({ text }) => signs.skipsTest(text));
  if (skips.length <= removed.filter(({ text }) => signs.skipsTest(text)).length) return [];
  const [first] = skips;
  return [
    weakening("test_skipped", path, `Line ${first?.line} skips or singles out tests: ${first?.text.trim()}`),
  ];
}

function lostAssertions({ path, added, removed }: PatchFile): Weakening[] {
  const lost = count(removed, signs.isAssertion) - count(added, signs.isAssertion);
  return lost > 0 ? [weakening("assertion_loosened", path, `${lost} fewer assertions than before`)] : [];
}

function looserAssertions({ path, added, removed }: PatchFile): Weakening[] {
  const looser = count(added, signs.isLooseAssertion) - count(removed, signs.isLooseAssertion);
  const strict = (line: string) => signs.isAssertion(line) && !signs.isLooseAssertion(line);
  const stricter = count(added, strict) - count(removed, strict);
  if (looser <= 0 || stricter >= 0) return [];
  return [weakening("assertion_loosened", path, "An assertion was replaced by one that says less")];
}

function addedSwitchOffs({ path, added, removed }: PatchFile): Weakening[] {
  const switchesOff = (line: string) => signs.FILE_SWITCH_OFF.test(line);
  const more = count(added, switchesOff) > count(removed, switchesOff);
  return more ? [weakening("check_configuration", path, "A check is switched off for the whole file")] : [];
}

/** A setting that appears where there was none is an addition; one that goes or changes is a change of the checks. */
function changedSettings({ path, added, removed }: PatchFile): Weakening[] {
  const kept = new Set(added.map(({ text }) => text.trim().replace(/,$/, "")));
  const changed = removed.find(
    ({ text }) =>
      signs.CHECK_SETTINGS.some(([file, line]) => file.test(path) && line.test(text)) &&
      !kept.has(text.trim().replace(/,$/, "")),
  );
  if (!changed) return [];
  return [
    weakening("check_configuration", path, `A setting of the checks was changed: ${changed.text.trim()}`),
  ];
}

function changedConfiguration(files: readonly FileChange[]): Weakening[] {
  return files
    .filter(({ path, oldPath }) => [path, oldPath ?? path].some(signs.isCheckConfiguration))
    .map(({ path, status }) =>
      weakening("check_configuration", path, `Configuration of the checks was ${status}`),
    );
}

/** No test is written on a longer line; the patterns stay quick on minified files. */
function bounded({ line, text }: PatchLine): PatchLine {
  return { line, text: text.slice(0, 1_000) };
}

function namesIn(lines: readonly { text: string }[]): Set<string> {
  return new Set(lines.map(({ text }) => signs.testCaseName(text)).filter((name) => name !== null));
}

function count(lines: readonly { text: string }[], is: (line: string) => boolean): number {
  return lines.filter(({ text }) => is(text)).length;
}

function weakening(kind: Weakening["kind"], path: string, detail: string): Weakening {
  return { kind, path, detail: detail.slice(0, 1_000) };
}
