import type { Drift } from "./memory.ts";

export type Counted = {
  asked: number;
  lost: readonly string[];
  doubled: readonly string[];
  /** Processes that ended by themselves. */
  died: readonly string[];
  leftBehind: readonly string[];
  drifts: readonly Drift[];
};

export type Verdict = { ok: boolean; because: string[] };

/** Memory that is given back is no leak. */
const MOST_GROWTH = 0.05;

/** Everything that must not be, in words; nothing of it, and the soak has passed. */
export function judge({ asked, lost, doubled, died, leftBehind, drifts }: Counted): Verdict {
  const because = [
    ...(asked === 0 ? ["nothing was asked for"] : []),
    ...lost.map((what) => `lost: ${what}`),
    ...doubled.map((what) => `doubled: ${what}`),
    ...died.map((what) => `died: ${what}`),
    ...leftBehind.map((what) => `left behind: ${what}`),
    ...drifts.flatMap(({ role, drift }) =>
      drift === null || drift <= MOST_GROWTH ? [] : [`memory: ${role} grew by ${percent(drift)}`],
    ),
  ];
  return { ok: because.length === 0, because };
}

export function percent(share: number): string {
  return `${share < 0 ? "−" : "+"}${Math.abs(share * 100).toFixed(1)} %`;
}
