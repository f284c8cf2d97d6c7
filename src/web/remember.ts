type Kept<T> = { value: T; until: number };

/** Asks again only when the answer is older than `ttlMs`; the oldest of too many goes first. A failure is not kept. */
export function remember<T>(options: { ttlMs: number; most: number; now: () => number }) {
  const { ttlMs, most, now } = options;
  const kept = new Map<string, Kept<Promise<T>>>();
  return (key: string, ask: () => Promise<T>): Promise<T> => {
    const known = kept.get(key);
    if (known !== undefined && known.until > now()) return known.value;
    const value = ask();
    kept.delete(key);
    kept.set(key, { value, until: now() + ttlMs });
    value.catch(() => kept.delete(key));
    const [oldest] = kept.keys();
    if (kept.size > most && oldest !== undefined) kept.delete(oldest);
    return value;
  };
}
