export type Spread = { samples: number; p50: number; p90: number; max: number; total: number };

/** How values lie: percentiles by linear interpolation between the two nearest, in whole numbers; all 0 where there is none. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = Float64Array.from(values).sort();
  return {
    samples: sorted.length,
    p50: Math.round(percentile(sorted, 0.5)),
    p90: Math.round(percentile(sorted, 0.9)),
    max: sorted.at(-1) ?? 0,
    total: sorted.reduce((sum, value) => sum + value, 0),
  };
}

function percentile(sorted: Float64Array, share: number): number {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.ceil(place)] ?? below;
  return below + (above - below) * (place - Math.floor(place));
}

/** A share in percent with one decimal; null of nothing. */
export function percent(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 1_000) / 10;
}

/** With two decimals; null of nothing. */
export function each(sum: number, of: number): number | null {
  return of === 0 ? null : Math.round((sum / of) * 100) / 100;
}
