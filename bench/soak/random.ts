/** Numbers from 0 to 1 that follow from the seed alone. */
export type Random = () => number;

export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** One of them, each as likely as its share says. */
export function choose<T>(random: Random, shares: readonly (readonly [T, number])[]): T {
  let left = random() * shares.reduce((sum, [, share]) => sum + share, 0);
  for (const [what, share] of shares) {
    left -= share;
    if (left < 0) return what;
  }
  const last = shares.at(-1);
  if (last === undefined) throw new Error("there is nothing to choose from");
  return last[0];
}
