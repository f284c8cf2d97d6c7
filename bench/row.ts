// bench: measures what agentpr promises about speed and memory, beside what the machine itself can do.
// `main.ts` is the door; a file per family of metrics; nothing here judges by exit code.

import { percentiles } from "./percentiles.ts";

export type Unit = "ms" | "/s" | "MB/s" | "times" | "%" | "MB" | "KB";
export type Goal = { atMost: number } | { atLeast: number };
export type Floor = { what: string; value: number };

/** One measured thing. `measured[judged]` is compared with the goal and with the floor. */
export type Row = {
  metric: string;
  unit: Unit;
  measured: Readonly<Record<string, number>>;
  judged: string;
  goal: Goal | null;
  floor: Floor | null;
  note?: string;
};

export type Verdict = "meets" | "does not meet" | "–";

export function judgedValue({ measured, judged }: Row): number {
  return measured[judged] ?? Number.NaN;
}

export function verdictOf(row: Row): Verdict {
  if (row.goal === null) return "–";
  const value = judgedValue(row);
  const good = "atMost" in row.goal ? value <= row.goal.atMost : value >= row.goal.atLeast;
  return good ? "meets" : "does not meet";
}

/** How many times the floor: for a rate, how far it stays below the machine's own rate. */
export function ratioOf(row: Row): number | null {
  if (row.floor === null || row.floor.value === 0) return null;
  const value = judgedValue(row);
  return row.unit.endsWith("/s") ? row.floor.value / value : value / row.floor.value;
}

/** The best of several rounds, because others may have been using the machine during the rest. */
export function bestOf<T>(rounds: readonly T[], cost: (round: T) => number): T {
  const [best] = [...rounds].sort((a, b) => cost(a) - cost(b));
  if (best === undefined) throw new Error("There was no round to choose from");
  return best;
}

/** A part of the row above it, which nobody has promised anything about. */
export function partRow(name: string, values: readonly number[]): Row {
  const metric = `· ${name}`;
  return { metric, unit: "ms", measured: percentiles(values), judged: "p50", goal: null, floor: null };
}
