const FIRST_MS = 500;
const LONGEST_MS = 10 * 60_000;

/** Wait before try number `tries` + 1: exponential, with full jitter so that workers do not come back in step. */
export function backoffMs(tries: number, random: number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, tries - 1));
  return Math.round(ceiling * (0.5 + random / 2));
}
