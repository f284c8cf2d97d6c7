import { type Cell, type Column, relative, type Section } from "../core/section.ts";
import { clean } from "./clean.ts";
import { columnWidths, cut, padded, textWidth, wrapped } from "./text-width.ts";

/** How a terminal shows things; nothing of it is asked of the process, so that a test can say it. */
export type Look = {
  width: number;
  nowMs: number;
  paint(tone: "red" | "green" | "yellow" | "bold" | "dim", text: string): string;
  /** Where GitHub's pages are, for a terminal that can follow a link; null off a terminal. */
  pages: string | null;
};

export function sectionLines(section: Section, look: Look): string[] {
  const title = section.title === "" ? [] : [look.paint("bold", section.title)];
  if (section.kind === "text")
    return [
      ...title,
      ...clean(section.text)
        .split("\n")
        .map((line) => `  ${line}`),
    ];
  if (section.kind === "facts") return [...title, ...factLines(section.facts, look)];
  return [...title, ...tableLines(section, look)];
}

const STYLES = { good: "green", bad: "red", waiting: "yellow", quiet: "dim" } as const;
const GAP = "  ";

type Table = Extract<Section, { kind: "table" }>;

function tableLines({ columns, rows, below }: Table, look: Look): string[] {
  if (rows.length === 0) return [`${GAP}none`];
  const texts = rows.map((row) => row.map((cell) => cellText(cell, look)));
  const widths = columnWidths(columns, texts, look.width - GAP.length);
  const head = columns.map(({ name, align }, at) => padded(name, widths[at] ?? 0, align));
  return [
    look.paint("dim", line(head)),
    ...rows.flatMap((row, index) => {
      const cells = columns.map((column, at) => {
        const [text, width] = [texts[index]?.[at] ?? "", widths[at] ?? 0];
        return styled({ cell: row[at], text, column, width }, look);
      });
      const under = below?.[index];
      return under === undefined
        ? [line(cells)]
        : [line(cells), look.paint("dim", `${GAP}${GAP}→ ${clean(under)}`)];
    }),
  ];
}

function line(cells: readonly string[]): string {
  return `${GAP}${cells.join(GAP)}`.trimEnd();
}

function cellText(cell: Cell, { nowMs }: Look): string {
  return "at" in cell ? relative(cell.at, nowMs) : clean(cell.text).replaceAll(/\s+/g, " ").trim();
}

type Placed = { cell: Cell | undefined; text: string; column: Column; width: number };

/** Colours and links come after the measuring: they take no room. */
function styled({ cell, text, column, width }: Placed, { paint, pages }: Look): string {
  const shown = cut(text, width);
  const linked =
    cell && "page" in cell && cell.page && pages !== null ? link(`${pages}${cell.page}`, shown) : shown;
  const coloured = cell?.tone === undefined ? linked : paint(STYLES[cell.tone], linked);
  const room = " ".repeat(Math.max(0, width - textWidth(shown)));
  return column.align === "right" ? room + coloured : coloured + room;
}

function link(address: string, text: string): string {
  return `\u001b]8;;${address}\u001b\\${text}\u001b]8;;\u001b\\`;
}

export function factLines(
  facts: readonly (readonly [label: string, value: string])[],
  { paint, width: room }: Pick<Look, "paint" | "width">,
): string[] {
  const width = Math.max(0, ...facts.map(([label]) => label.length));
  return facts.map(([label, value]) => {
    const lines = clean(value)
      .split("\n")
      .flatMap((each) => wrapped(each, room - width - 4));
    return `${GAP}${paint("dim", label.padEnd(width))}${GAP}${lines.join(`\n${" ".repeat(width + 4)}`)}`;
  });
}
