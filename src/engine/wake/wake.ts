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

/** One bell for all waiting loops of a process. */
export function createBell(): Bell {
  let count = 0;
  let rung = Promise.withResolvers<void>();
  return {
    ring: () => {
      count += 1;
      rung.resolve();
      rung = Promise.withResolvers<void>();
    },
    rings: () => count,
    next: (since, signal) => {
      if (signal.aborted || count > since) return Promise.resolve();
      return untilEither(rung.promise, signal);
    },
  };
}

/** Waits for one of the two, and leaves no listener behind. */
export async function untilEither(rung: Promise<void>, signal: AbortSignal): Promise<void> {
  const stopped = Promise.withResolvers<void>();
  const stop = () => stopped.resolve();
  signal.addEventListener("abort", stop, { once: true });
  await Promise.race([rung, stopped.promise]);
  signal.removeEventListener("abort", stop);
}
