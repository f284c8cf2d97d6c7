import type { State } from "./run.ts";

/** How something stands, for whoever can show colours. */
export type Tone = "good" | "bad" | "waiting" | "quiet";

/** A text, or a moment that each front end shows in its own way. */
export type Cell =
  | { text: string; tone?: Tone /** A path below GitHub's address. */; page?: string }
  | { at: number; tone?: Tone };

export type Column = {
  name: string;
  align?: "right" /** Gives way where there is too little room. */;
  yields?: true;
};

/** A part of a longer answer, in no dialect. */
export type Section =
  | { kind: "facts"; title: string; facts: readonly (readonly [label: string, value: string])[] }
  | {
      kind: "table";
      title: string;
      columns: readonly Column[];
      rows: readonly (readonly Cell[])[];
      /** A line of its own below each row, such as the command that goes with it. */
      below?: readonly string[];
    }
  | { kind: "text"; title: string; text: string };

const TONES: Readonly<Record<State, Tone>> = {
  QUEUED: "quiet",
  EXECUTING: "quiet",
  PUSHED: "waiting",
  CI_WAIT: "quiet",
  REVIEW_WAIT: "quiet",
  ITERATING: "quiet",
  PAUSED: "waiting",
  NEEDS_HUMAN: "bad",
  DONE: "good",
  FAILED: "bad",
};

export function stateCell(state: State): Cell {
  return { text: state, tone: TONES[state] };
}

export function gradeCell(grade: string): Cell {
  const tone = grade === "PASS" ? "good" : grade === "RETRYABLE" ? "waiting" : "bad";
  return { text: grade, tone };
}

export function text(words: string | number | null): Cell {
  return { text: words === null ? "" : String(words) };
}

/** `850 ms`, `12.4 s`, `3 m 05 s`, `2 h 10 m`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const [hours, minutes, seconds] = [
    Math.floor(ms / 3_600_000),
    Math.floor(ms / 60_000) % 60,
    Math.floor(ms / 1_000) % 60,
  ];
  if (hours > 0) return `${hours} h ${String(minutes).padStart(2, "0")} m`;
  return `${minutes} m ${String(seconds).padStart(2, "0")} s`;
}

const STEPS = [
  [60_000, "s", 1_000],
  [3_600_000, "min", 60_000],
  [86_400_000, "h", 3_600_000],
  [Number.POSITIVE_INFINITY, "d", 86_400_000],
] as const;

/** `3 h ago`, `in 12 min`. */
export function relative(at: number, nowMs: number): string {
  const away = Math.abs(at - nowMs);
  const [, unit, ms] = STEPS.find(([below]) => away < below) ?? STEPS[3];
  const amount = `${Math.floor(away / ms)} ${unit}`;
  return at > nowMs ? `in ${amount}` : `${amount} ago`;
}
