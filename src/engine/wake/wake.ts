import type { Db } from "../../database/connect.ts";
import { type Sleepers, sleepAmong } from "./sleepers.ts";

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

/** One bell for all waiting loops of a process. */
export function createBell(): Bell {
  let count = 0;
  const waiting: Sleepers = new Set();
  return {
    ring: () => {
      count += 1;
      for (const wake of waiting) wake();
    },
    rings: () => count,
    next: (since, signal) => {
      if (signal.aborted || count > since) return Promise.resolve();
      return sleepAmong(waiting, signal);
    },
  };
}
