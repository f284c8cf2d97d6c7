/** No suite has more tests; whatever a test prints, sums of it stay whole numbers. */
const MOST = 1_000_000;

/** The same name twice may be two tests: the second becomes "name (2)". */
export function numbered(found: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return found.map((name) => {
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name} (${times})`;
  });
}

/** The names, sorted; null when more failures were counted than named, because then not all of them are known. */
export function known(found: readonly string[], failed: number): string[] | null {
  return found.length < failed ? null : [...new Set(found)].sort();
}

export function names(lines: readonly string[], sign: RegExp): string[] {
  return lines.flatMap((line) => sign.exec(line)?.[1]?.trim() || []);
}

/** Numbers that stand before a word: "1 failed". */
export function sum(lines: readonly string[], word: string): number {
  const sign = new RegExp(`\\b(\\d+) ${word}\\b`);
  return lines.reduce((all, line) => all + bounded(sign.exec(line)?.[1]), 0);
}

/** The sum of the first group over all lines that match; null when none does. */
export function total(lines: readonly string[], sign: RegExp): number | null {
  const found = lines.map((line) => sign.exec(line)?.[1]).filter((value) => value !== undefined);
  return found.length === 0 ? null : found.reduce((all, value) => all + bounded(value), 0);
}

function bounded(digits = "0"): number {
  return Math.min(MOST, Number(digits));
}
