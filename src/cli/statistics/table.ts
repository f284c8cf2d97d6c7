// statistics: figures for the terminal, as aligned tables and small charts. They compute nothing.
import { clean } from "../clean.ts";

export type Column = {
  head: string;
  /** Figures stand to the right. */
  right?: true;
  /** Shortened first where the line is too long. */
  shrinks?: true;
};

const GAP = "  ";
const SHORTEST = 8;

/** Rows in aligned columns, no line longer than `width` as far as shortening one column can do it. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): string[] {
  const cells = [columns.map(({ head }) => head), ...rows.map((row) => row.map(clean))];
  const widths = fitted(
    columns,
    columns.map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0))),
    width,
  );
  return cells.map((row) => {
    const padded = columns.map(({ right }, at) => pad(row[at] ?? "", widths[at] ?? 0, right === true));
    return `${GAP}${padded.join(GAP)}`.trimEnd();
  });
}

function fitted(columns: readonly Column[], widths: readonly number[], width: number): number[] {
  const over = widths.reduce((sum, each) => sum + each + GAP.length, 0) - width;
  if (over <= 0) return [...widths];
  return widths.map((each, at) => (columns[at]?.shrinks ? Math.max(SHORTEST, each - over) : each));
}

function pad(text: string, width: number, right: boolean): string {
  const short = text.length > width ? `${text.slice(0, Math.max(0, width - 1))}…` : text;
  return right ? short.padStart(width) : short.padEnd(width);
}

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;

/** A bar for a share between 0 and 1. */
export function bar(share: number, width: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * width * 8);
  return "█".repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? "");
}

export type ChartRow = readonly [name: string, figure: string, share: string, value: number];

/** Names with their figures and a bar each, the longest bar for the largest. */
export function chartLines(rows: readonly ChartRow[], width: number): string[] {
  const largest = Math.max(0, ...rows.map(([, , , value]) => value));
  const long = width >= 100 ? 40 : 20;
  return tableLines(
    [{ head: "", shrinks: true }, { head: "", right: true }, { head: "", right: true }, { head: "" }],
    rows.map(([name, figure, share, value]) => [
      ...[name, figure, share],
      bar(largest === 0 ? 0 : value / largest, long),
    ]),
    width,
  ).slice(1);
}

/** How wide this terminal is; off one, as wide as a log's lines may be. */
export function terminalWidth(stream: { columns?: number } = process.stdout): number {
  return stream.columns ?? 100;
}
