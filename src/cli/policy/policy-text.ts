import type { PolicyValue } from "../../config/policy-origins.ts";
import { clean } from "../clean.ts";
import { paint } from "../paint.ts";
import type { ShownPolicy } from "./explain-for.ts";

const WIDEST = 60;

/** Three columns: key, value, where it comes from. What is not a default stands out on a terminal. */
export function policyText({ repository, file, values, own, notes }: ShownPolicy): string {
  const rows = values.map((entry) => ({ ...entry, lines: linesOf(entry) }));
  const keyWidth = widest(rows.map(({ key }) => key));
  const valueWidth = widest(rows.flatMap(({ lines }) => lines));
  const table = rows.flatMap(({ key, lines, from }) =>
    lines.map((line, index) =>
      index === 0
        ? `  ${clean(key).padEnd(keyWidth)}  ${line.padEnd(valueWidth)}  ${originText(from)}`
        : `  ${" ".repeat(keyWidth)}  ${line}`,
    ),
  );
  return [`Policy for ${repository}, from ${file}`, ...table, ...ownLines(own), ...notes.map(noteText)].join(
    "\n",
  );
}

function linesOf({ value }: PolicyValue): string[] {
  if (Array.isArray(value) && value.length > 0) return wrapped(value.map((item) => clean(String(item))));
  return [clean(typeof value === "string" ? value : JSON.stringify(value))];
}

/** As many items on a line as fit. */
function wrapped(items: readonly string[]): string[] {
  const lines: string[] = [];
  for (const [index, item] of items.entries()) {
    const text = index === items.length - 1 ? item : `${item},`;
    const last = lines.at(-1);
    if (last === undefined || last.length + text.length + 1 > WIDEST) lines.push(text);
    else lines[lines.length - 1] = `${last} ${text}`;
  }
  return lines;
}

function originText(from: readonly string[]): string {
  const text = from.join(" + ");
  return text === "default" ? paint("dim", text) : text;
}

function ownLines(own: ShownPolicy["own"]): string[] {
  if (own === null) return [];
  const commands = [
    ...own.testCommands.map((line) => `test: ${line}`),
    ...own.lintCommands.map((line) => `lint: ${line}`),
  ];
  const skip = own.skip === null ? [] : [`skip: ${own.skip}`];
  return [...skip, ...commands].map((line) => `The repository says ${clean(line)}`);
}

function noteText(note: string): string {
  return `${paint("yellow", "note:")} ${clean(note)}`;
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => text.length));
}
