import type { Weakening } from "./evidence.ts";
import type { PatchFile } from "./patch.ts";
import * as lines from "./weakening-lines.ts";

/** Tests that are skipped, singled out, commented out or never reached. */
export function addedSkips({ path, added, removed }: PatchFile): Weakening[] {
  const skips = added.filter(({ text }) => lines.skipsTest(text));
  const more = skips.length > count(removed, lines.skipsTest);
  const line = more ? skips[0]?.line : lines.commentsOut(added);
  if (line === null || line === undefined) return [];
  const text = added.find((other) => other.line === line)?.text.trim();
  return [weakening("test_skipped", path, `Line ${line} skips or singles out tests: ${text}`)];
}

export function lostAssertions({ added, removed }: PatchFile): number {
  return count(removed, lines.isAssertion) - count(added, lines.isAssertion);
}

export function looserAssertions({ path, added, removed }: PatchFile, lost: number): Weakening[] {
  const looser = count(added, lines.isLooseAssertion) - count(removed, lines.isLooseAssertion);
  // The rest of the assertions say something.
  const stricter = -lost - looser;
  if (looser <= 0 || stricter >= 0) return [];
  return [weakening("assertion_loosened", path, "An assertion was replaced by one that says less")];
}

export function swallowed({ path, added, removed }: PatchFile): Weakening[] {
  const more = count(added, lines.swallowsFailure) > count(removed, lines.swallowsFailure);
  return more ? [weakening("assertion_loosened", path, "A failure is swallowed where it happens")] : [];
}

export function addedSwitchOffs({ path, added, removed }: PatchFile): Weakening[] {
  const switchesOff = (line: string) => lines.FILE_SWITCH_OFF.test(line);
  const more = count(added, switchesOff) > count(removed, switchesOff);
  return more ? [weakening("check_configuration", path, "A check is switched off for the whole file")] : [];
}

function count(among: readonly { text: string }[], is: (line: string) => boolean): number {
  return among.filter(({ text }) => is(text)).length;
}

export function weakening(kind: Weakening["kind"], path: string, detail: string): Weakening {
  return { kind, path, detail: detail.slice(0, 1_000) };
}
