type Operator = "&&" | "||" | ";" | "|" | "&";
export type Token = { kind: "word"; text: string } | { kind: "operator"; text: Operator };

/** Longest first. Parentheses only group, so they end a command as a semicolon does. */
const OPERATORS: readonly (readonly [string, Operator])[] = [
  ["&&", "&&"],
  ["||", "||"],
  ["|&", "|"],
  [";;", ";"],
  ["|", "|"],
  [";", ";"],
  ["&", "&"],
  ["\n", ";"],
  ["(", ";"],
  [")", ";"],
];
/** `2>&1`, `> file`, `<<EOF`: not words of the command, and neither is what they name. */
const REDIRECTION = /^(?:\d*|&)(?:>>|>\||>|<<<|<<-?|<)(?:&\d*-?)?/;

/** Words without their quotes, and the operators between them. */
export function tokenize(line: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < line.length) {
    const rest = line.slice(at, at + 12);
    const blank = /^(?:[ \t\r]|\\\n)+/.exec(rest)?.[0] ?? "";
    const redirection = REDIRECTION.exec(rest)?.[0] ?? "";
    const operator = OPERATORS.find(([sign]) => rest.startsWith(sign));
    if (blank) at += blank.length;
    else if (line[at] === "#") at = endOfComment(line, at);
    else if (redirection) at = skipTarget(line, at + redirection.length, redirection);
    else if (operator) {
      tokens.push({ kind: "operator", text: operator[1] });
      at += operator[0].length;
    } else {
      const word = readWord(line, at);
      tokens.push({ kind: "word", text: word.text });
      at = word.end;
    }
  }
  return tokens;
}

function endOfComment(line: string, at: number): number {
  const end = line.indexOf("\n", at);
  return end < 0 ? line.length : end;
}

/** A here-document's text is no command: the rest of the line's script up to its mark is left out. */
function skipTarget(line: string, start: number, redirection: string): number {
  if (redirection.includes("&") && /&\d*-?$/.test(redirection) && !redirection.endsWith("&")) return start;
  let at = start;
  while (line[at] === " " || line[at] === "\t") at++;
  const target = readWord(line, at);
  if (!/<<-?$/.test(redirection)) return Math.max(target.end, start);
  const body = line.indexOf(`\n${target.text}`, target.end);
  return body < 0 ? line.length : body + 1 + target.text.length;
}

/** Reads one word; quotes may begin and end inside it. An unclosed quote runs to the end. */
function readWord(line: string, start: number): { text: string; end: number } {
  let [text, at] = ["", start];
  while (at < line.length) {
    const letter = line[at] ?? "";
    if (/[\s;&|()<>]/.test(letter)) break;
    if (letter === "'" || letter === '"') {
      const quoted = readQuoted(line, at);
      text += quoted.text;
      at = quoted.end;
    } else if (line.startsWith("$(", at) || letter === "`") {
      const end = endOfSubstitution(line, at);
      text += line.slice(at, end);
      at = end;
    } else if (letter === "\\") {
      text += line[at + 1] === "\n" ? "" : (line[at + 1] ?? "");
      at += 2;
    } else {
      text += letter;
      at += 1;
    }
  }
  return { text, end: at === start ? start + 1 : at };
}

function readQuoted(line: string, start: number): { text: string; end: number } {
  const quote = line[start];
  let [text, at] = ["", start + 1];
  while (at < line.length && line[at] !== quote) {
    const escaped = quote === '"' && line[at] === "\\" && /["\\$`\n]/.test(line[at + 1] ?? "");
    text += escaped ? (line[at + 1] ?? "") : line[at];
    at += escaped ? 2 : 1;
  }
  return { text, end: at + 1 };
}

/** `$(…)` and backticks stay part of the word: what they run is not what the line runs. */
function endOfSubstitution(line: string, start: number): number {
  if (line[start] === "`") {
    const end = line.indexOf("`", start + 1);
    return end < 0 ? line.length : end + 1;
  }
  let depth = 0;
  for (let at = start + 1; at < line.length; at++) {
    if (line[at] === "(") depth++;
    if (line[at] === ")" && --depth === 0) return at + 1;
  }
  return line.length;
}
