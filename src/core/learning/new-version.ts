const HEADING = "## Learned from earlier attempts";

/** The text with one more sentence in the section of what was learned, which stands last. */
export function withLesson(text: string, lesson: string): string {
  const body = text.trimEnd();
  return body.includes(`\n${HEADING}\n`)
    ? `${body}\n- ${lesson}\n`
    : `${body}\n\n${HEADING}\n\n- ${lesson}\n`;
}

/** Versions that stand on a first one are numbered: v1, v1-2, v1-3. Gives the newest that is there, and the next. */
export function nextVersion(of: string, there: readonly string[]): { newest: string; next: string } {
  const stem = of.replace(/-\d+$/, "");
  const numbered = there
    .filter((name) => name.startsWith(`${stem}-`))
    .map((name) => name.slice(stem.length + 1));
  const newest = Math.max(1, ...numbered.filter((rest) => /^\d{1,6}$/.test(rest)).map(Number));
  return { newest: newest === 1 ? stem : `${stem}-${newest}`, next: `${stem}-${newest + 1}` };
}

type Versioned = { text: string; version: string };

/** Whether a skill is another one under its own version, with lessons at its end, and nothing else. */
export function hasOnlyLearned(base: Versioned, { text, version }: Versioned): boolean {
  const body = base.text.trimEnd();
  const same = text.replace(`version: "${version}"`, `version: "${base.version}"`);
  return (
    same.startsWith(body) && /^\n(\n## Learned from earlier attempts\n\n)?- /.test(same.slice(body.length))
  );
}

export function newerFirst(a: string, b: string): number {
  return b.localeCompare(a, "en", { numeric: true });
}

/** 1.0.0 → 1.0.1 */
export function nextSkillVersion(version: string): string {
  return version.replace(/\d+$/, (last) => String(Number(last) + 1));
}
