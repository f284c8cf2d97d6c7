import { seenText } from "../core/untrusted-text.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text that may stand in a page as it is. Only `html` makes it. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Value = Html | string | number | null | readonly Value[];

/** The one place where pages are put together: every value is escaped unless it is Html itself; null is nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  const text = parts.map((part, index) => part + (index < values.length ? textOf(values[index]) : ""));
  return new Html(text.join(""));
}

function textOf(value: Value | undefined): string {
  if (value === undefined || value === null) return "";
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(textOf).join("");
  return seenText(String(value)).replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}
