import { type SimpleCommand, simpleCommands } from "./shell-words.ts";
import { classifyCall, type Known } from "./test-command.ts";
import { unwrapped } from "./test-command-wrappers.ts";

/** The line gives a name another meaning before it uses it. */
const SHADOWS = /\balias\s+[\w.-]+=|\bfunction\s+[\w-]+|(?:^|[;&|\n{(])\s*[\w-]+\s*\(\)/;
/** Whether these run what follows them, and what the exit code then is, cannot be told. */
const CONTROL: ReadonlySet<string> = new Set(["if", "then", "else", "elif", "while", "until", "do", "!"]);
const LOOPS: ReadonlySet<string> = new Set(["for", "case", "select", "function", "trap", "coproc"]);
const LEAVES: ReadonlySet<string> = new Set(["exit", "return", "exec", "break", "continue", "kill"]);
/** Variables that change what a program of that name does. */
const CHANGES =
  /^(PATH|LD_\w+|DYLD_\w+|BASH_ENV|ENV|NODE_OPTIONS|PYTHONSTARTUP|PYTHONHOME|PYTEST_ADDOPTS|GOFLAGS|RUSTFLAGS|RUSTC\w*|MAKEFLAGS|JAVA_TOOL_OPTIONS|RUBYOPT|PERL5OPT)$/;
/** The exit code 0 of this line says that tests ran and passed: nothing hides, ignores or skips their own exit code. */
export function provesTests(line: string, known: Known = {}): boolean {
  return provesChecks(line, "test", known);
}

/** The same of tests or of linters. */
export function provesChecks(line: string, kind: "test" | "lint", known: Known = {}): boolean {
  const commands = simpleCommands(line);
  const at = commands.findLastIndex((command) => classifyCall(command, known) === kind);
  const test = commands[at];
  if (!test || test.after === "||" || SHADOWS.test(line) || commands.some(isUnsure)) return false;
  const before = commands.slice(0, at);
  if (before.some(({ words }) => LEAVES.has(words[0] ?? "")) || changesPrograms(commands)) return false;
  const strict = before.some(({ words }) => setsOption(words, "e", "errexit"));
  const wholePipe = before.some(({ words }) => setsOption(words, "", "pipefail"));
  return commands.slice(at + 1).every((next) => keepsFailure(next, { strict, wholePipe }));
}

/** The test commands of a line alone, in the folder that it goes to, without what hides their exit code. */
export function bareTestCommands(line: string, known: Known = {}): string[] {
  const commands = simpleCommands(line);
  if (SHADOWS.test(line) || changesPrograms(commands)) return [];
  let folder: string[] | null = [];
  return commands.flatMap((command) => {
    const kind = classifyCall(command, known);
    if (command.words[0] === "cd") folder = inFolder(folder, command);
    const written = kind === "test" && folder !== null ? rendered(command) : null;
    return written === null || folder === null ? [] : [[...folder, written].join(" && ")];
  });
}

/** The commands that a line calls, without wrappers and variables: the same test run by other words is the same. */
export function testIdentity(line: string): string {
  const found = bareTestCommands(line);
  if (found.length === 0) return line.trim().replace(/\s+/g, " ");
  return found
    .map((command) =>
      simpleCommands(command)
        .map(({ words }) => unwrapped(words).join(" "))
        .join(" && "),
    )
    .join("; ");
}

function isUnsure({ led, words, unattended }: SimpleCommand): boolean {
  return unattended || led.some((word) => CONTROL.has(word)) || LOOPS.has(words[0] ?? "");
}

function changesPrograms(commands: readonly SimpleCommand[]): boolean {
  return commands.some(({ variables, words }) =>
    [...Object.keys(variables), ...words.flatMap(assigned)].some((name) => CHANGES.test(name)),
  );
}

function assigned(word: string): string[] {
  return /^([A-Za-z_]\w*)=/.exec(word)?.[1]?.split(" ") ?? [];
}

function setsOption(words: readonly string[], letter: string, name: string): boolean {
  if (words[0] !== "set") return false;
  return words.some((word) => word === name || (letter !== "" && new RegExp(`^-[a-z]*${letter}`).test(word)));
}

type Shell = { strict: boolean; wholePipe: boolean };

/** What stands after the tests must not take their failure away. */
function keepsFailure({ after, words }: SimpleCommand, { strict, wholePipe }: Shell): boolean {
  if (after === "&&" || (after === ";" && strict)) return true;
  if (after === "|") return wholePipe;
  const fails = words[0] === "false" || (LEAVES.has(words[0] ?? "") && /^[1-9]/.test(words[1] ?? ""));
  return after === "||" && fails;
}

/** Null when it goes where nobody can follow. */
function inFolder(folder: readonly string[] | null, { words }: SimpleCommand): string[] | null {
  const to = words[1] ?? "";
  if (folder === null || words.length !== 2 || !/^[\w.-][\w./ -]*$/.test(to)) return null;
  return [...folder, `cd ${quoted(to)}`];
}

/** The command in words that a shell reads as the same; null where it holds what only that shell would know. */
function rendered({ words, variables }: SimpleCommand): string | null {
  if ([...words, ...Object.values(variables)].some((word) => /[`\n]|\$./.test(word))) return null;
  const set = Object.entries(variables).map(([name, value]) => `${name}=${quoted(value)}`);
  return [...set, ...words.map(quoted)].join(" ");
}

/** A pattern of file names stays one. */
function quoted(word: string): string {
  return /^[\w@%+=:,./*?[\]{}^-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
