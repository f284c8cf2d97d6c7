import type { Column } from "../core/section.ts";

const NARROWEST = 8;

/** How many places of a terminal a text takes: wide letters take two, marks over letters none. */
export function textWidth(text: string): number {
  return [...text].reduce((sum, letter) => sum + letterWidth(letter), 0);
}

const NONE = /^(\p{Mn}|\p{Me}|[\u200b-\u200f])$/u;
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]$/u;

function letterWidth(letter: string): number {
  if (NONE.test(letter)) return 0;
  return WIDE.test(letter) ? 2 : 1;
}

/** What does not fit ends in an ellipsis. */
export function cut(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = "";
  for (const letter of text) {
    if (textWidth(kept) + letterWidth(letter) > width - 1) break;
    kept += letter;
  }
  return `${kept.trimEnd()}…`;
}

/** Lines that fit; a word that is longer than a line stays whole, because it may be an address. */
export function wrapped(text: string, width: number): string[] {
  if (textWidth(text) <= width) return [text];
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && textWidth(line) + 1 + textWidth(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

export function padded(text: string, width: number, align?: "right"): string {
  const room = " ".repeat(Math.max(0, width - textWidth(text)));
  return align === "right" ? room + text : text + room;
}

/** As wide as what stands there; the columns that yield share what room there is, the widest giving most. */
export function columnWidths(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  room: number,
): number[] {
  const widths = columns.map(({ name }, at) =>
    Math.max(textWidth(name), ...rows.map((row) => textWidth(row[at] ?? ""))),
  );
  let over = sum(widths) + 2 * (columns.length - 1) - room;
  while (over > 0) {
    const widest = widestYielding(columns, widths);
    if (widest === null) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    over -= 1;
  }
  return widths;
}

function widestYielding(columns: readonly Column[], widths: readonly number[]): number | null {
  const able = columns.flatMap(({ yields }, at) => (yields && (widths[at] ?? 0) > NARROWEST ? [at] : []));
  const [first, ...others] = able;
  if (first === undefined) return null;
  return others.reduce((best, at) => ((widths[at] ?? 0) > (widths[best] ?? 0) ? at : best), first);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
