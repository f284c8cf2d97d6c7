import { type Token, tokenize } from "./shell-words-tokens.ts";

/** One program call of a shell line: its variables, its words, and how it hangs on what stands before it. */
export type SimpleCommand = {
  variables: Readonly<Record<string, string>>;
  words: readonly string[];
  /** The operator before it; "" for the first. After "||" it runs only when something failed. */
  after: "" | "&&" | "||" | ";" | "|" | "&";
  /** The words of control that lead it: "if", "!" … Whether it runs, and what its exit code does, hangs on them. */
  led: readonly string[];
  /** Something in its list runs in the background, so nobody waits for its end. */
  unattended: boolean;
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
  const { variables, after, led, unattended } = command;
  return simpleCommands(script, depth + 1).map((inner, at) => ({
    words: inner.words,
    variables: { ...variables, ...inner.variables },
    after: at === 0 ? after : inner.after,
    led: at === 0 ? [...led, ...inner.led] : inner.led,
    unattended: unattended || inner.unattended,
  }));
}

function shellScript(words: readonly string[]): string | null {
  const name = words[0]?.split("/").at(-1) ?? "";
  if (!SHELLS.has(name)) return null;
  let [at, command] = [1, false];
  for (; /^[-+]/.test(words[at] ?? ""); at++) {
    const flags = words[at] ?? "";
    if (/^-[a-z]*c/.test(flags)) command = true;
    // `-o pipefail` and `-eo pipefail`: the option's name is no script.
    if (/^[-+][a-z]*o$/.test(flags)) at++;
  }
  // After the name of a script, -c is the script's own.
  return command ? (words[at] ?? null) : null;
}

function split(tokens: readonly Token[]): SimpleCommand[] {
  const commands: SimpleCommand[] = [];
  const unattended = tokens.some(({ kind, text }) => kind === "operator" && text === "&");
  let words: string[] = [];
  let after: SimpleCommand["after"] = "";
  const finish = (operator: SimpleCommand["after"]) => {
    if (words.length > 0) commands.push(simpleCommand({ words, after, unattended }));
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

type Written = Pick<SimpleCommand, "words" | "after" | "unattended">;

function simpleCommand({ words, after, unattended }: Written): SimpleCommand {
  const variables: Record<string, string> = {};
  const led: string[] = [];
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at] ?? "";
    const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(word) ?? [];
    if (name !== undefined) variables[name] = value ?? "";
    else if (KEYWORDS.has(word)) led.push(word);
    else break;
  }
  return { variables, words: words.slice(at), after, led, unattended };
}
