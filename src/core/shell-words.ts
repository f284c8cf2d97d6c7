import { type Token, tokenize } from "./shell-words-tokens.ts";

/** One program call of a shell line: its variables, its words, and how it hangs on what stands before it. */
export type SimpleCommand = {
  variables: Readonly<Record<string, string>>;
  words: readonly string[];
  /** The operator before it; "" for the first. After "||" it runs only when something failed. */
  after: "" | "&&" | "||" | ";" | "|" | "&";
};

const MOST_NESTED = 5;
const SHELLS: ReadonlySet<string> = new Set(["sh", "bash", "zsh", "dash", "ksh", "ash"]);
/** Words that lead a command without being one. */
const KEYWORDS: ReadonlySet<string> = new Set([
  "if",
  "then",
  "else",
  "elif",
  "fi",
  "while",
  "until",
  "do",
  "done",
  "!",
  "{",
  "}",
  "time",
]);

/** Reads a shell line into its simple commands. Never throws; what it cannot read yields the words it could. */
export function simpleCommands(line: string, depth = 0): SimpleCommand[] {
  return split(tokenize(line)).flatMap((command) => unwrap(command, depth));
}

/** `bash -lc "…"` and `sh -c …` are what they run. */
function unwrap(command: SimpleCommand, depth: number): SimpleCommand[] {
  const script = depth < MOST_NESTED ? shellScript(command.words) : null;
  if (script === null) return command.words.length > 0 ? [command] : [];
  const { variables, after } = command;
  return simpleCommands(script, depth + 1).map((inner, at) => ({
    words: inner.words,
    variables: { ...variables, ...inner.variables },
    after: at === 0 ? after : inner.after,
  }));
}

function shellScript(words: readonly string[]): string | null {
  const name = words[0]?.split("/").at(-1) ?? "";
  if (!SHELLS.has(name)) return null;
  // After the name of a script, -c is the script's own.
  const script = words.findIndex((word, at) => at > 0 && !/^[-+]/.test(word));
  const flag = words.findIndex((word, at) => at > 0 && /^-[a-z]*c[a-z]*$/.test(word));
  return flag > 0 && flag < script ? (words[script] ?? null) : null;
}

function split(tokens: readonly Token[]): SimpleCommand[] {
  const commands: SimpleCommand[] = [];
  let words: string[] = [];
  let after: SimpleCommand["after"] = "";
  const finish = (operator: SimpleCommand["after"]) => {
    if (words.length > 0) commands.push(simpleCommand(words, after));
    // A parenthesis or a line end right after an operator changes nothing about it.
    if (words.length > 0 || operator !== ";") after = operator;
    words = [];
  };
  for (const token of tokens) {
    if (token.kind === "word") words.push(token.text);
    else finish(token.text);
  }
  finish("");
  return commands;
}

function simpleCommand(words: readonly string[], after: SimpleCommand["after"]): SimpleCommand {
  const variables: Record<string, string> = {};
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at] ?? "";
    const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(word) ?? [];
    if (name !== undefined) variables[name] = value ?? "";
    else if (!KEYWORDS.has(word)) break;
  }
  return { variables, words: words.slice(at), after };
}
