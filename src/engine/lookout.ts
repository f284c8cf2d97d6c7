import { type Sleepers, sleepAmong } from "./wake/sleepers.ts";

/** Of a worker's idle loops one looks out for work and the others sleep, so that a ring costs one claim and not one for each. */
export type Lookout = {
  /** Carries out `look`, or sleeps while another loop does, until there is work for more than that one. */
  idle(look: () => Promise<void>, signal: AbortSignal): Promise<void>;
  /** Whoever found work may have left more of it, and nobody looking out. */
  foundWork(): void;
};

export function createLookout(): Lookout {
  let taken = false;
  const asleep: Sleepers = new Set();
  return {
    idle: async (look, signal) => {
      if (signal.aborted) return;
      if (taken) return sleepAmong(asleep, signal);
      taken = true;
      try {
        await look();
      } finally {
        taken = false;
      }
    },
    foundWork: () => {
      const [next] = asleep;
      if (!taken) next?.();
    },
  };
}
