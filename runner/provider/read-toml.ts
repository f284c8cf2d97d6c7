export type TomlScalar = string | number | boolean;
export type TomlTable = Readonly<Record<string, TomlScalar>>;
/** One `key = value` with its full path. Arrays and dates are read over, not kept. */
export type TomlEntry = { path: readonly string[]; value: TomlScalar | TomlTable };

export type TomlReading =
  | { ok: true; entries: readonly TomlEntry[] }
  | { ok: false; line: number; why: string };

type Cursor = { text: string; at: number };
type Value = TomlScalar | TomlTable | null;

class TomlError extends Error {}

/** Reads as much TOML as a Codex configuration needs, and refuses what it cannot read rather than guess. */
export function readToml(text: string): TomlReading {
  const cursor: Cursor = { text, at: 0 };
  try {
    return { ok: true, entries: readDocument(cursor) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return { ok: false, line: text.slice(0, cursor.at).split("\n").length, why: error.message };
  }
}

function readDocument(cursor: Cursor): TomlEntry[] {
  const entries: TomlEntry[] = [];
  let table: string[] = [];
  for (skipBlank(cursor); cursor.at < cursor.text.length; skipBlank(cursor)) {
    if (peek(cursor) === "[") {
      table = readHeader(cursor);
    } else {
      const path = [...table, ...readKey(cursor)];
      expect(cursor, "=");
      const value = readValue(cursor);
      if (value !== null) entries.push({ path, value });
    }
    endOfLine(cursor);
  }
  return entries;
}

function readHeader(cursor: Cursor): string[] {
  const isArray = cursor.text.startsWith("[[", cursor.at);
  cursor.at += isArray ? 2 : 1;
  const key = readKey(cursor);
  expect(cursor, isArray ? "]]" : "]");
  // An array's tables are none of ours; the number sign is no bare key, so nothing asks for it by accident.
  return isArray ? [...key, "#"] : key;
}

function readKey(cursor: Cursor): string[] {
  const parts = [readKeyPart(cursor)];
  while (take(cursor, /[ \t]*\.[ \t]*/y) !== null) parts.push(readKeyPart(cursor));
  return parts;
}

function readKeyPart(cursor: Cursor): string {
  skipSpace(cursor);
  const quote = peek(cursor);
  const part = quote === '"' || quote === "'" ? readString(cursor) : take(cursor, /[A-Za-z0-9_-]+/y);
  skipSpace(cursor);
  return part ?? fail("a key was expected");
}

function readValue(cursor: Cursor): Value {
  skipSpace(cursor);
  const first = peek(cursor);
  if (first === '"' || first === "'") return readString(cursor);
  if (first === "[") return skipArray(cursor);
  if (first === "{") return readInlineTable(cursor);
  return readBare(take(cursor, /[A-Za-z0-9_+\-.:]+(?: \d[\d:.Z+-]*)?/y));
}

function readBare(word: string | null): Value {
  if (word === "true" || word === "false") return word === "true";
  if (word === null) return fail("a value was expected");
  const number = Number(word.replaceAll("_", ""));
  if (Number.isFinite(number)) return number;
  return /^\d{2,4}[-:]\d\d/.test(word) || /^[+-]?(inf|nan)$/.test(word)
    ? null
    : fail(`"${word}" is not a value`);
}

function skipArray(cursor: Cursor): null {
  expect(cursor, "[");
  for (skipBlank(cursor); take(cursor, /\]/y) === null; skipBlank(cursor)) {
    readValue(cursor);
    skipBlank(cursor);
    if (take(cursor, /,/y) === null && peek(cursor) !== "]") fail("an array is not closed");
  }
  return null;
}

function readInlineTable(cursor: Cursor): TomlTable {
  const table: Record<string, TomlScalar> = {};
  expect(cursor, "{");
  for (skipBlank(cursor); take(cursor, /\}/y) === null; skipBlank(cursor)) {
    const key = readKey(cursor).join(".");
    expect(cursor, "=");
    const value = readValue(cursor);
    if (value !== null && typeof value !== "object") table[key] = value;
    skipBlank(cursor);
    if (take(cursor, /,/y) === null && peek(cursor) !== "}") fail("an inline table is not closed");
  }
  return table;
}

const STRINGS = [
  { open: '"""', pattern: /"""(?:\r?\n)?((?:[^\\]|\\[\s\S])*?"{0,2})"""(?!")/y, escapes: true },
  { open: "'''", pattern: /'''(?:\r?\n)?([\s\S]*?'{0,2})'''(?!')/y, escapes: false },
  { open: '"', pattern: /"((?:[^"\\\n]|\\.)*)"/y, escapes: true },
  { open: "'", pattern: /'([^'\n]*)'/y, escapes: false },
] as const;

function readString(cursor: Cursor): string {
  const kind =
    STRINGS.find(({ open }) => cursor.text.startsWith(open, cursor.at)) ?? fail("a string was expected");
  const body = match(cursor, kind.pattern)?.[1] ?? fail("a string is not closed");
  return kind.escapes ? resolveEscapes(body) : body;
}

const ESCAPES: Readonly<Record<string, string>> = {
  b: "\b",
  t: "\t",
  n: "\n",
  f: "\f",
  r: "\r",
  e: "\u001b",
  '"': '"',
  "\\": "\\",
};

function resolveEscapes(body: string): string {
  return body.replace(
    /\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|[ \t]*\r?\n\s*|([\s\S]))/g,
    (whole, short, long, letter) => {
      if (letter !== undefined) return ESCAPES[letter] ?? fail(`"${whole}" is not an escape`);
      const code = short ?? long;
      return code === undefined ? "" : codePoint(Number.parseInt(code, 16));
    },
  );
}

function codePoint(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : fail("not a Unicode character");
}

function endOfLine(cursor: Cursor): void {
  skipSpace(cursor);
  take(cursor, /#[^\n]*/y);
  if (cursor.at < cursor.text.length && take(cursor, /\r?\n/y) === null) fail("the line should end here");
}

function skipSpace(cursor: Cursor): void {
  take(cursor, /[ \t]*/y);
}

function skipBlank(cursor: Cursor): void {
  take(cursor, /(?:[ \t\r\n]|#[^\n]*)*/y);
}

function peek(cursor: Cursor): string | undefined {
  return cursor.text[cursor.at];
}

function expect(cursor: Cursor, word: string): void {
  skipSpace(cursor);
  if (!cursor.text.startsWith(word, cursor.at)) fail(`"${word}" was expected`);
  cursor.at += word.length;
}

function take(cursor: Cursor, pattern: RegExp): string | null {
  return match(cursor, pattern)?.[0] ?? null;
}

/** Matches exactly at the cursor (the patterns are sticky) and moves on. */
function match(cursor: Cursor, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text);
  if (found !== null) cursor.at += found[0].length;
  return found;
}

function fail(why: string): never {
  throw new TomlError(why);
}
