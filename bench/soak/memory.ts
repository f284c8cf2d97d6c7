import { setTimeout as sleep } from "node:timers/promises";
import { ownMegabytesOf } from "../process-facts.ts";
import { type Crew, ROLES, type Role } from "./crew.ts";
import { ignoreAbort } from "./kill.ts";

/** What a process kept in memory, so and so long after the soak's beginning; each start is another life. */
export type Sample = { at: number; role: Role; life: number; megabytes: number };

export type Drift = {
  role: Role;
  /** Medians of the first and of the second half of the calm, in MB. */
  first: number;
  last: number;
  /** 0.03: 3 % more in the end; null where the calm was too short, or was not lived through, to say. */
  drift: number | null;
};

/** The time in which nobody is killed, though the work goes on. */
export type Calm = { from: number; to: number };

/** A process that has just been started is still being compiled, and fills what it keeps at hand. */
const WARM_UP_MS = 60_000;
const SHORTEST_MS = 120_000;

/** Whether each process that lives through the calm keeps more in its second half than in its first, once it is warm. */
export function measureDrift(samples: readonly Sample[], { from, to }: Calm): Drift[] {
  const [begin, middle] = [from + WARM_UP_MS, (from + WARM_UP_MS + to) / 2];
  return ROLES.map((role) => {
    const own = samples.filter((sample) => sample.role === role && sample.at >= begin && sample.at < to);
    const first = median(own.filter(({ at }) => at < middle).map(({ megabytes }) => megabytes));
    const last = median(own.filter(({ at }) => at >= middle).map(({ megabytes }) => megabytes));
    const lives = new Set(own.map(({ life }) => life)).size;
    return { role, first, last, drift: lives !== 1 || to - begin < SHORTEST_MS ? null : last / first - 1 };
  });
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
      const megabytes = await ownMegabytesOf(pid).catch(() => Number.NaN); // killed in this moment
      if (megabytes > 0) samples.push({ at: elapsedMs(), role, life: since, megabytes });
    }
    await sleep(everyMs, undefined, { signal }).catch(ignoreAbort);
  }
  return samples;
}
