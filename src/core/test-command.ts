import { type SimpleCommand, simpleCommands } from "./shell-words.ts";
import { ASKS, kindByProgram } from "./test-command-programs.ts";
import { kindByName, scriptCall } from "./test-command-scripts.ts";
import { type Recipes, taskCalls } from "./test-command-tasks.ts";
import { unwrapped } from "./test-command-wrappers.ts";

export type CommandKind = "test" | "lint" | "other";
export type Scripts = Readonly<Record<string, string>>;
/** What names stand for, as far as the project's own files say it. */
export type Known = {
  /** The scripts of package.json. */
  scripts?: Scripts;
  /** The recipes of Makefile and justfile. */
  recipes?: Recipes;
};

const DEEPEST_SCRIPT = 5;
/** Programs that do no work of their own: a script made of them is a placeholder. */
const IDLE: ReadonlySet<string> = new Set(["echo", "printf", "exit", "true", "false", ":", "sleep"]);

/**
 * What a shell line is, by the programs it really calls; words that only mention a test runner count for nothing.
 * With what the project's files say, `npm test` and `make test` are what they stand for.
 */
export function classifyCommand(line: string, known: Known = {}): CommandKind {
  return classifyLine(line, known, 0);
}

/** What one program call of a line is. */
export function classifyCall({ words }: SimpleCommand, known: Known, depth = 0): CommandKind {
  return classifyOne(unwrapped(words), known, depth);
}

function classifyLine(line: string, known: Known, depth: number): CommandKind {
  return foremost(reachable(simpleCommands(line)).map((command) => classifyCall(command, known, depth)));
}

function foremost(kinds: readonly CommandKind[]): CommandKind {
  return kinds.find((kind) => kind === "test") ?? kinds.find((kind) => kind === "lint") ?? "other";
}

/** What follows `||` runs only after a failure, and what follows `false &&` never. */
function reachable(commands: readonly SimpleCommand[]): SimpleCommand[] {
  return commands.filter(({ after }, at) => {
    const before = commands[at - 1]?.words[0];
    return after !== "||" && !(after === "&&" && before === "false");
  });
}

function classifyOne(words: readonly string[], known: Known, depth: number): CommandKind {
  const script = scriptCall(words);
  if (script !== null)
    return words.some((word) => ASKS.test(word))
      ? "other"
      : classifyScript(script, known.scripts, known, depth);
  const calls = taskCalls(words, known);
  if (calls === null) return kindByProgram(words);
  return foremost(calls.map(({ name, table }) => classifyScript(name, table, known, depth)));
}

/** A script that calls an unknown program is judged by its name. */
function classifyScript(name: string, table: Scripts | undefined, known: Known, depth: number): CommandKind {
  const body = table && Object.hasOwn(table, name) ? table[name] : undefined;
  if (body === undefined || depth >= DEEPEST_SCRIPT) return kindByName(name);
  const kind = classifyLine(body, known, depth + 1);
  const commands = simpleCommands(body);
  if (kind === "test" || commands.every(({ words }) => IDLE.has(words[0] ?? ""))) return kind;
  const allLint = commands.every((command) => classifyCall(command, known, depth + 1) === "lint");
  return allLint ? "lint" : kindByName(name);
}
