// How often something is repeated: a few times in `npm test`, the full count in `npm run proof`, which prints what it used.
import { randomInt } from "node:crypto";
import { expect } from "@jest/globals";

const FULL = process.env.AGENTPR_PROOF === "full";
const QUICK_SEED = 20_260_101;

export type Counts = { readonly quick: number; readonly full: number };

/** How often to repeat; printed with the test's name in proof mode. */
export function counts({ quick, full }: Counts): number {
  if (FULL) print(`count ${full}`);
  return FULL ? full : quick;
}

/** The same in `npm test` always, so that it never fails by chance; a new one, printed, in every proof. */
export function seed(): number {
  if (!FULL) return QUICK_SEED;
  const chosen = randomInt(2 ** 31);
  print(`seed ${chosen}`);
  return chosen;
}

/** Parameters of a fast-check assertion. */
export function runs(wanted: Counts): { numRuns: number; seed: number } {
  return { numRuns: counts(wanted), seed: seed() };
}

/** Numbers from 0 to 1 that the seed decides. */
export function seededRandom(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The same, said shorter. */
export function rounds(quick: number, full: number): number {
  return counts({ quick, full });
}

/** The cases of a test; some are only worth their time in a proof. */
export function cases<T>({ always, inProof }: Record<"always" | "inProof", readonly T[]>): T[] {
  return FULL ? [...always, ...inProof] : [...always];
}

/** A bound on time: exact in a proof on a quiet machine, wider in `npm test`, which shares its machine. */
export function withinMs(ms: number): number {
  return FULL ? ms : ms * 4;
}

/** How long something may take to become so: no measurement, only the end of all hope. */
export const PATIENCE_MS = FULL ? 120_000 : 20_000;

function print(words: string): void {
  process.stderr.write(`proof: ${expect.getState().currentTestName ?? "a suite"}: ${words}\n`);
}
