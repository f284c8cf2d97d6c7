import { clip } from "./markdown.ts";
import { proseLines } from "./markdown-prose.ts";
import { suggest } from "./suggest.ts";

/** What follows a command's name: words in order, and `key=value` pairs. */
export type CommandArgs = { positional: string[]; named: Record<string, string> };

/** A command as it was written. Which commands exist, and what their arguments mean, is not known here. */
export type FoundCommand = {
  name: string;
  args: CommandArgs;
  /** The line as it stands in the comment, for answers that quote it. */
  line: string;
  /** Why it cannot be read, or null. */
  problem: string | null;
};

export const MAX_COMMANDS = 5;
const START = /^ {0,3}\/agentpr(?=\s|$)/i;
const LONGEST_LINE = 4_000;

/** The `/agentpr` commands of a comment: at line starts only, outside quotes, code and HTML comments. */
export function findCommands(text: string): FoundCommand[] {
  return proseLines(text)
    .filter((line) => START.test(line))
    .slice(0, MAX_COMMANDS)
    .map(readCommand);
}

function readCommand(written: string): FoundCommand {
  const line = clip(written.trim(), 300);
  const { tokens, problem } = tokensOf(written.replace(START, "").slice(0, LONGEST_LINE));
  const [name, ...rest] = tokens;
  const tooLong = written.length > LONGEST_LINE ? "the line is too long" : null;
  return { name: nameOf(name), args: argsOf(rest), line, problem: tooLong ?? problem };
}

/** Nothing after `/agentpr` asks for help. Names are spelled with underscores or hyphens, in any case. */
function nameOf(token: Token | undefined): string {
  if (token === undefined) return "help";
  const written = token.key === null ? token.text : `${token.key}=${token.text}`;
  return written.toLowerCase().replaceAll("-", "_");
}

/** `key` is set when the token was written as key=value. */
type Token = { text: string; key: string | null };

const QUOTES: Readonly<Record<string, string>> = { '"': '"', "'": "'", "“": "”", "‘": "’" };
/** `key=value`, `--key=value`, and after the command's name also `--key value`. */
const KEY = /^(?:--)?([A-Za-z][A-Za-z0-9_-]{0,39})=/;
const OPTION = /^--([A-Za-z][A-Za-z0-9_-]{0,39})(?:\s+|$)/;

function tokensOf(text: string): { tokens: Token[]; problem: string | null } {
  const tokens: Token[] = [];
  let rest = text.trimStart();
  while (rest !== "") {
    const option = tokens.length === 0 ? null : OPTION.exec(rest);
    const [whole = "", name] = option ?? KEY.exec(rest) ?? [];
    const value = valueAt(rest.slice(whole.length));
    if (value === null) return { tokens, problem: "a quotation mark is not closed" };
    if (option !== null && value.length === 0) return { tokens, problem: `--${name} lacks its value` };
    tokens.push({ text: value.text, key: name?.toLowerCase().replaceAll("-", "_") ?? null });
    rest = rest.slice(whole.length + value.length).trimStart();
  }
  return { tokens, problem: null };
}

/** A quoted text, or everything up to the next space; null when a quote is not closed. */
function valueAt(text: string): { text: string; length: number } | null {
  const close = QUOTES[text[0] ?? ""];
  if (close === undefined) return bareAt(text);
  let inside = "";
  for (let at = 1; at < text.length; at++) {
    const char = text[at] ?? "";
    const next = text[at + 1] ?? "";
    if (char === close && next.trim() === "") return { text: inside, length: at + 1 };
    const escaped = char === "\\" && (next === close || next === "\\");
    inside += escaped ? next : char;
    if (escaped) at += 1;
  }
  // An apostrophe at a word's start is no quotation.
  return text.startsWith("'") ? bareAt(text) : null;
}

function bareAt(text: string): { text: string; length: number } {
  const [bare = ""] = /^\S*/.exec(text) ?? [];
  return { text: bare, length: bare.length };
}

function argsOf(tokens: readonly Token[]): CommandArgs {
  const named = tokens.filter((token) => token.key !== null);
  return {
    positional: tokens.filter((token) => token.key === null).map((token) => token.text),
    named: Object.fromEntries(named.map(({ key, text }) => [key, text])),
  };
}

export type Recognised =
  | { known: true; name: string }
  | { known: false; name: string; didYouMean: string | null };

/** Whether there is such a command; a near miss is named, never carried out. */
export function recognise(name: string, known: readonly string[]): Recognised {
  if (known.includes(name)) return { known: true, name };
  return { known: false, name, didYouMean: suggest(name.slice(0, 40), known) };
}
