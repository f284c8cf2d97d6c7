const HOUR_MS = 3_600_000;
const UNITS: Readonly<Record<string, number>> = { h: HOUR_MS, d: 24 * HOUR_MS, w: 7 * 24 * HOUR_MS };

/** From when on runs are looked at: so long before now, or a moment. Null is all of them. */
export type Since = { ago: number } | { at: number } | null;

/** `36h`, `7d`, `4w` or a date such as `2026-03-01`; undefined when it is none of them. */
export function parseSince(text: string): Since | undefined {
  const [, count, unit = ""] = /^(\d{1,4})([hdw])$/.exec(text) ?? [];
  if (count !== undefined) return { ago: Number(count) * (UNITS[unit] ?? 0) };
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(at) ? undefined : { at };
}

export function momentOf(since: Since, now: number): number {
  if (since === null) return 0;
  return Math.max(0, "at" in since ? since.at : now - since.ago);
}
