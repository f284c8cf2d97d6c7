import { judgedValue, type Row, ratioOf, verdictOf } from "./row.ts";

const HEADS = ["metric", "measured", "goal", "floor", "ratio", "verdict"] as const;

/** The rows as a Markdown table, columns aligned so that it reads in a terminal as well. */
export function tableOf(rows: readonly Row[]): string {
  const cells = [[...HEADS], ...rows.map(cellsOf)];
  const widths = HEADS.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  const lines = cells.map(
    (line) => `| ${line.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`,
  );
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [lines[0], rule, ...lines.slice(1)].join("\n");
}

export function notesOf(rows: readonly Row[]): string[] {
  return rows.flatMap(({ metric, note }) => (note === undefined ? [] : [`${metric}: ${note}`]));
}

/** The same for programs. */
export function jsonOf(row: Row): object {
  return { ...row, value: judgedValue(row), ratio: ratioOf(row), verdict: verdictOf(row) };
}

function cellsOf(row: Row): string[] {
  return [row.metric, measuredText(row), goalText(row), floorText(row), ratioText(row), verdictOf(row)];
}

function measuredText({ measured, unit }: Row): string {
  const names = Object.keys(measured);
  const values = Object.values(measured).map(round).join(" / ");
  return names.length > 1 ? `${names.join("/")} ${values} ${unit}` : `${values} ${unit}`;
}

function goalText({ goal, judged, measured, unit }: Row): string {
  if (goal === null) return "–";
  const which = Object.keys(measured).length > 1 ? `${judged} ` : "";
  return "atMost" in goal ? `${which}≤ ${goal.atMost} ${unit}` : `${which}≥ ${goal.atLeast} ${unit}`;
}

function floorText({ floor, unit }: Row): string {
  return floor === null ? "–" : `${round(floor.value)} ${unit} (${floor.what})`;
}

function ratioText(row: Row): string {
  const ratio = ratioOf(row);
  return ratio === null ? "–" : `${round(ratio)}×`;
}

function round(value: number): string {
  if (Math.abs(value) >= 100) return String(Math.round(value));
  return String(Number(value.toPrecision(2)));
}
