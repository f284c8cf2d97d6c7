import { setTimeout as sleep } from "node:timers/promises";

const GIVE_UP_AFTER_MS = 15_000;
const LONGEST_WAIT_MS = 10;

/**
 * Runs `work` again while another process holds SQLite's write lock. The built-in busy handler is unfair under load
 * (a process can starve for seconds) and blocks a thread, so the wait is ours: short and jittered.
 */
export async function retryWhileBusy<T>(work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error) || performance.now() - started > GIVE_UP_AFTER_MS) throw error;
      await sleep(1 + Math.random() * LONGEST_WAIT_MS);
    }
  }
}

function isBusy(error: unknown): boolean {
  return /SQLITE_(BUSY|LOCKED)/.test(String(error));
}
