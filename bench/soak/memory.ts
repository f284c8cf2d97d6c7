import { setTimeout as sleep } from "node:timers/promises";
import { residentMegabytesOf } from "../process-facts.ts";
import { type Crew, ROLES, type Role } from "./crew.ts";
import { ignoreAbort } from "./kill.ts";

/** What a process kept in memory, so and so long after the soak's beginning and after its own; each start is another life. */
export type Sample = { at: number; role: Role; life: number; ageMs: number; megabytes: number };

export type Drift = {
  role: Role;
  /** Medians at like age, of the first settled quarter and of the last, in MB. */
  first: number;
  last: number;
  /** 0.03: 3 % more in the end; null where too few processes lived long enough to say. */
  drift: number | null;
};

const AGE_STEP_MS = 5_000;
/** Before that a process is still being compiled and has not worked. */
const SETTLED_MS = 10_000;
/** One life does more than another; the middle of fewer is chance. */
const FEWEST_LIVES = 3;

/**
 * How memory changed: each process's samples of the first and of the last quarter are compared with those of the same
 * age, because a process that was killed starts small. Each age counts by how often both quarters saw it; with fewer than
 * three lives in a quarter nothing is said.
 */
export function measureDrift(samples: readonly Sample[], totalMs: number): Drift[] {
  return ROLES.map((role) => {
    const own = samples.filter((sample) => sample.role === role && sample.ageMs >= SETTLED_MS);
    const quarters = [
      own.filter(({ at }) => at < totalMs / 4),
      own.filter(({ at }) => at >= (totalMs * 3) / 4),
    ] as const;
    const [early, late] = [byAge(quarters[0]), byAge(quarters[1])];
    const pairs = [...early].flatMap(([age, before]) => {
      const after = late.get(age) ?? [];
      const weight = Math.min(before.length, after.length);
      return weight === 0 ? [] : [{ before: median(before), after: median(after), weight }];
    });
    const weight = pairs.reduce((sum, pair) => sum + pair.weight, 0);
    const mean = (which: "before" | "after") =>
      pairs.reduce((sum, pair) => sum + pair[which] * pair.weight, 0) / Math.max(1, weight);
    const [first, last] = [mean("before"), mean("after")];
    return {
      role,
      first,
      last,
      drift: weight === 0 || fewestLives(quarters) < FEWEST_LIVES ? null : last / first - 1,
    };
  });
}

function fewestLives(quarters: readonly (readonly Sample[])[]): number {
  return Math.min(...quarters.map((samples) => new Set(samples.map(({ life }) => life)).size));
}

function byAge(samples: readonly Sample[]): Map<number, number[]> {
  const ages = new Map<number, number[]>();
  for (const { ageMs, megabytes } of samples) {
    const age = Math.floor(ageMs / AGE_STEP_MS);
    ages.set(age, [...(ages.get(age) ?? []), megabytes]);
  }
  return ages;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}

/** Looks at everybody's memory every `everyMs` until told to stop. */
export async function sampleMemory(
  crew: Crew,
  { everyMs, signal, elapsedMs }: { everyMs: number; signal: AbortSignal; elapsedMs: () => number },
): Promise<Sample[]> {
  const samples: Sample[] = [];
  while (!signal.aborted) {
    for (const { role, pid, since } of crew.present()) {
      const megabytes = await residentMegabytesOf(pid).catch(() => Number.NaN); // killed in this moment
      if (megabytes > 0)
        samples.push({ at: elapsedMs(), role, life: since, ageMs: performance.now() - since, megabytes });
    }
    await sleep(everyMs, undefined, { signal }).catch(ignoreAbort);
  }
  return samples;
}
