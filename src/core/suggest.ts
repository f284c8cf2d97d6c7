/** The known name nearest to a mistyped one, or null when none is near enough to be meant. */
export function suggest(name: string, known: readonly string[]): string | null {
  const wanted = name.toLowerCase();
  const ranked = known
    .map((candidate) => ({ candidate, distance: distance(wanted, candidate.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance);
  const nearest = ranked[0];
  return nearest !== undefined && nearest.distance <= Math.max(1, wanted.length * 0.4)
    ? nearest.candidate
    : null;
}

/** `did you mean "x"?`, or nothing. */
export function didYouMean(name: string, known: readonly string[]): string {
  const nearest = suggest(name, known);
  return nearest === null ? "" : ` (did you mean "${nearest}"?)`;
}

/** Levenshtein: insertions, deletions and replacements between two words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) row = nextRow(row, i + 1, letter, b);
  return row.at(-1) ?? a.length;
}

function nextRow(above: readonly number[], first: number, letter: string, b: string): number[] {
  const row = [first];
  for (const [j, other] of [...b].entries()) {
    const replaced = (above[j] ?? 0) + (letter === other ? 0 : 1);
    row.push(Math.min((above[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1, replaced));
  }
  return row;
}
