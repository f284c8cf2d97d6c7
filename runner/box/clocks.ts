/** Why we stop a process ourselves. Travels as the reason of an abort, so that the first cause wins. */
export const OVERLOAD_REASONS = ["too_many_processes", "out_of_memory", "disk_full"] as const;
export const STOP_REASONS = [
  "cancelled",
  "timed_out",
  "stalled",
  "over_budget",
  ...OVERLOAD_REASONS,
] as const;
export type OverloadReason = (typeof OVERLOAD_REASONS)[number];
export type StopReason = (typeof STOP_REASONS)[number];

export type ClockLimits = { totalMs: number | null; silenceMs: number | null; turnMs?: number | null };

export type Clocks = {
  /** Aborts with a StopReason when a clock runs out. */
  signal: AbortSignal;
  /** A sign of life: the silence starts anew. */
  alive(): void;
  turnStarted(): void;
  turnEnded(): void;
  stop(): void;
};

export function startClocks({ totalMs, silenceMs, turnMs = null }: ClockLimits): Clocks {
  const controller = new AbortController();
  const total = alarm(totalMs, () => controller.abort("timed_out" satisfies StopReason));
  const silence = alarm(silenceMs, () => controller.abort("stalled" satisfies StopReason));
  const turn = alarm(turnMs, () => controller.abort("timed_out" satisfies StopReason));
  total.start();
  silence.start();
  return {
    signal: controller.signal,
    alive: silence.start,
    turnStarted: turn.start,
    turnEnded: turn.stop,
    stop: () => [total, silence, turn].forEach((clock) => void clock.stop()),
  };
}

/** Taking more than its share: then there is no time to ask politely. */
export function isOverload(reason: StopReason): boolean {
  return OVERLOAD_REASONS.some((each) => each === reason);
}

export function stopReasonOf(signal: AbortSignal): StopReason {
  return STOP_REASONS.find((reason) => reason === signal.reason) ?? "cancelled";
}

function alarm(ms: number | null, ring: () => void) {
  let timer: NodeJS.Timeout | null = null;
  function stop(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  }
  function start(): void {
    stop();
    if (ms !== null) timer = setTimeout(ring, ms);
  }
  return { start, stop };
}
