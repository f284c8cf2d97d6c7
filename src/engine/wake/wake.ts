import type { Db } from "../../database/connect.ts";

/** Tells idle workers that there may be work. Losing a wake-up is harmless: a slow poll stands behind it. */
export type Wake = {
  /** Called in the transaction that enqueued; workers wake when it has committed. */
  announce(trx: Db): Promise<void>;
  /** Wakes the workers of this process. */
  poke(): void;
  /** How often it has rung; taken before looking for work, so that a ring in between is not missed. */
  rings(): number;
  /** Resolves when it has rung more often than `since`, or when the signal comes. */
  next(since: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
};

export type Bell = { ring(): void } & Pick<Wake, "rings" | "next">;

/** One bell for all waiting loops of a process. Who has waited long enough leaves nothing at it, however long it is silent. */
export function createBell(): Bell {
  let count = 0;
  const waiting = new Set<() => void>();
  return {
    ring: () => {
      count += 1;
      for (const wake of waiting) wake();
    },
    rings: () => count,
    next: (since, signal) => {
      if (signal.aborted || count > since) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = () => {
          waiting.delete(wake);
          signal.removeEventListener("abort", wake);
          resolve();
        };
        waiting.add(wake);
        signal.addEventListener("abort", wake, { once: true });
      });
    },
  };
}
