/** Blocks that GitHub does not show as text, whose inside is raw until the end they name. */
const RAW: readonly { start: RegExp; end: RegExp }[] = [
  { start: /^<!--/, end: /-->/ },
  { start: /^<(?:pre|script|style|textarea)(?=[\s>]|$)/i, end: /<\/(?:pre|script|style|textarea)>/i },
  { start: /^<\?/, end: /\?>/ },
  { start: /^<!\[CDATA\[/, end: /\]\]>/ },
  { start: /^<![A-Za-z]/, end: />/ },
];
/** List markers before a block: what follows them is inside the item. */
const ITEMS = /^(?:\s*(?:[-*+]|\d{1,9}[.)])(?=\s|$))*\s*/;
const FENCE = /^(`{3,}(?=[^`]*$)|~{3,})/;

type Block =
  | { in: "fence"; mark: string; indent: number }
  | { in: "raw"; end: RegExp }
  | { in: "quote" }
  | { in: "text" };

type State = { block: Block; quotes: number };

/**
 * The lines of a Markdown text as its author wrote them to be read: quotes, code and comments come back as "".
 * Where Markdown leaves doubt, a line counts as hidden. Line numbers stay what they were.
 */
export function proseLines(text: string): string[] {
  const lines = text.split(/\r\n|\n|\r/);
  const state: State = { block: { in: "text" }, quotes: 0 };
  const shown = lines.map((line) => (isShown(state, line) ? line : null));
  return withoutInline(shown);
}

/** Walks on by one line; true when the line is a paragraph's. */
function isShown(state: State, line: string): boolean {
  const { block } = state;
  if (block.in === "fence") return stay(state, closesFence(block, line));
  if (block.in === "raw") return stay(state, block.end.test(line));
  if (line.trim() === "") return stay(state, true);
  const opened = opens(line);
  if (opened !== null) state.block = opened;
  else if (block.in !== "quote") state.block = { in: "text" };
  // Without a blank line between, what follows a quote belongs to it.
  return (
    state.block.in === "text" && opened === null && !inElement(state, line) && !/^(?: {4}|\s*\t)/.test(line)
  );
}

function stay(state: State, over: boolean): false {
  if (over) state.block = { in: "text" };
  return false;
}

function opens(line: string): Block | null {
  if (/^ {0,3}>/.test(line)) return { in: "quote" };
  const indent = ITEMS.exec(line)?.[0].length ?? 0;
  const rest = line.slice(indent);
  const mark = FENCE.exec(rest)?.[1];
  if (mark !== undefined) return { in: "fence", mark, indent };
  if (rest.startsWith(">")) return { in: "quote" };
  const raw = RAW.find(({ start }) => start.test(rest));
  if (raw === undefined) return null;
  return raw.end.test(rest.slice(2)) ? { in: "text" } : { in: "raw", end: raw.end };
}

function closesFence({ mark, indent }: Block & { in: "fence" }, line: string): boolean {
  const found = /^( *)(`{3,}|~{3,})\s*$/.exec(line);
  if (found === null) return false;
  const [, spaces = "", run = ""] = found;
  return run[0] === mark[0] && run.length >= mark.length && spaces.length <= indent + 3;
}

/** Quotations and code written as HTML elements, which may hold whole paragraphs. */
function inElement(state: State, line: string): boolean {
  const before = state.quotes;
  const bare = line.replace(/(`+)[^`]*\1/g, "");
  const opened = [...bare.matchAll(/<(?:blockquote|code|q|samp|kbd)(?=[\s>])/gi)].length;
  const closed = [...bare.matchAll(/<\/(?:blockquote|code|q|samp|kbd)>/gi)].length;
  state.quotes = Math.max(0, before + opened - closed);
  return before > 0;
}

/** Code spans and comments reach over the lines of one paragraph and no further. */
function withoutInline(lines: readonly (string | null)[]): string[] {
  const shown: string[] = [];
  let paragraph: string[] = [];
  for (const line of [...lines, null]) {
    if (line !== null) {
      paragraph.push(line);
      continue;
    }
    shown.push(...withoutSpans(paragraph.join("\n")).split("\n").slice(0, paragraph.length), "");
    paragraph = [];
  }
  return shown.slice(0, lines.length);
}

/** A line that begins inside a span is blanked; a span within a line stays, for it may be an argument. */
function withoutSpans(paragraph: string): string {
  return paragraph.replace(/<!--[\s\S]*?-->|(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, (span) => {
    if (span.startsWith("`") && !span.includes("\n")) return span;
    return span.replace(/[^\n]/g, "").replaceAll("\n", "\n\u0000");
  });
}
