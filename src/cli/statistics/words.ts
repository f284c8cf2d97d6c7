const UNITS = [
  ["d", 24 * 3_600_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
] as const;

/** A length of time in its two largest units: `2d 4h`, `3m 5s`, `0.4s`. */
export function timeText(ms: number): string {
  if (ms < 10_000) return `${Math.round(ms / 100) / 10}s`;
  const at = UNITS.findIndex(([, size]) => ms >= size);
  const [[unit, size] = UNITS[3], next] = UNITS.slice(at);
  const first = `${Math.floor(ms / size)}${unit}`;
  const rest = next === undefined ? 0 : Math.floor((ms % size) / next[1]);
  return rest === 0 || next === undefined ? first : `${first} ${rest}${next[0]}`;
}

export function percentText(share: number | null): string {
  return share === null ? "–" : `${share} %`;
}

export function dollarText(dollars: number | null): string {
  return dollars === null ? "–" : `$${dollars.toFixed(2)}`;
}

export function numberText(number: number | null): string {
  return number === null ? "–" : String(number);
}

/** A heading says since when. */
export function sinceText(since: string | null): string {
  return since === null ? "of all time" : `since ${since.slice(0, 16).replace("T", " ")} UTC`;
}
