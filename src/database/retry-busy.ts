import { setTimeout as sleep } from "node:timers/promises";

const GIVE_UP_AFTER_MS = 15_000;
const LONGEST_WAIT_MS = 10;

/**
 * Runs `work` again while another process holds SQLite's write lock. The built-in busy handler is unfair under load
 * (a process can starve for seconds) and blocks a thread, so the wait is ours: short and jittered. The same while a
 * Postgres server restarts: what has been worked out is not thrown away because it could not be written at once.
 */
export async function retryWhileBusy<T>(work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error) || performance.now() - started > GIVE_UP_AFTER_MS) throw error;
      await sleep(1 + Math.random() * LONGEST_WAIT_MS);
    }
  }
}

/** Postgres: the server shuts down, starts up, or does not answer yet. */
const AWAY = new Set(["57P01", "57P02", "57P03", "08006", "ECONNREFUSED", "ECONNRESET", "EPIPE"]);

function isPassing(error: unknown): boolean {
  if (/SQLITE_(BUSY|LOCKED)|Connection terminated|Connection ended/i.test(String(error))) return true;
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : null;
  return typeof code === "string" && AWAY.has(code);
}
