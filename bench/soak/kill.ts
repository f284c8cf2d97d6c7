import { setTimeout as sleep } from "node:timers/promises";
import { type Crew, ROLES, type Role } from "./crew.ts";
import type { Random } from "./random.ts";

export type Kill = { at: number; role: Role };

type Killing = { random: Random; everySec: number; signal: AbortSignal; elapsedMs: () => number };

/** Kills one of the crew after the other, until told to stop; whoever was killed is back then. */
export async function killNowAndThen(crew: Crew, killing: Killing): Promise<Kill[]> {
  const { random, everySec, signal, elapsedMs } = killing;
  const kills: Kill[] = [];
  for (;;) {
    await sleep(everySec * 1_000 * (0.5 + random()), undefined, { signal }).catch(ignoreAbort);
    if (signal.aborted) return kills;
    const role = ROLES[Math.floor(random() * ROLES.length)] ?? "app";
    kills.push({ at: elapsedMs(), role });
    await crew.crash(role);
  }
}

/** The end of the killing ends the wait for the next one as well. */
export function ignoreAbort(error: Error): void {
  if (error.name !== "AbortError") throw error;
}
