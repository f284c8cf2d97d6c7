import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

const LOOK_MS = 500;
const QUIET_SHARE = 0.8;

/** How long a round waits for a quiet moment. */
export const PATIENCE_MS = { quick: 0, full: 5_000 } as const;

/** Waits until the machine has little else to do, at most so long: a busy one measures its other users. */
export async function quietMoment(atMostMs: number): Promise<void> {
  const over = performance.now() + atMostMs;
  while (performance.now() < over) {
    const before = await processorTimes();
    await sleep(LOOK_MS);
    const after = await processorTimes();
    if (after.idle - before.idle >= QUIET_SHARE * (after.all - before.all)) return;
  }
}

async function processorTimes(): Promise<{ idle: number; all: number }> {
  const [line = ""] = (await readFile("/proc/stat", "utf8")).split("\n", 1);
  const times = line.split(/\s+/).slice(1, 9).map(Number);
  const [, , , idle = 0, waiting = 0] = times;
  return { idle: idle + waiting, all: times.reduce((sum, time) => sum + time, 0) };
}
