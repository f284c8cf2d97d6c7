import { type SimpleCommand, simpleCommands } from "./shell-words.ts";
import { kindByProgram } from "./test-command-programs.ts";
import { kindByName, scriptCall } from "./test-command-scripts.ts";
import { unwrapped } from "./test-command-wrappers.ts";

export type CommandKind = "test" | "lint" | "other";
export type Scripts = Readonly<Record<string, string>>;

const DEEPEST_SCRIPT = 5;
/** Programs that do no work of their own: a script made of them is a placeholder. */
const IDLE: ReadonlySet<string> = new Set(["echo", "printf", "exit", "true", "false", ":", "sleep"]);

/**
 * What a shell line is, by the programs it really calls; words that only mention a test runner count for nothing.
 * `scripts` are those of package.json, so that `npm test` is what it stands for.
 */
export function classifyCommand(line: string, { scripts }: { scripts?: Scripts } = {}): CommandKind {
  return classifyLine(line, scripts, 0);
}

function classifyLine(line: string, scripts: Scripts | undefined, depth: number): CommandKind {
  const kinds = reachable(simpleCommands(line)).map((command) =>
    classifyOne(unwrapped(command.words), scripts, depth),
  );
  return kinds.find((kind) => kind === "test") ?? kinds.find((kind) => kind === "lint") ?? "other";
}

/** What follows `||` runs only after a failure, and what follows `false &&` never. */
function reachable(commands: readonly SimpleCommand[]): SimpleCommand[] {
  return commands.filter(({ after }, at) => {
    const before = commands[at - 1]?.words[0];
    return after !== "||" && !(after === "&&" && before === "false");
  });
}

function classifyOne(words: readonly string[], scripts: Scripts | undefined, depth: number): CommandKind {
  const name = scriptCall(words);
  return name === null ? kindByProgram(words) : classifyScript(name, scripts, depth);
}

/** A script that calls an unknown program is judged by its name. */
function classifyScript(name: string, scripts: Scripts | undefined, depth: number): CommandKind {
  const body = scripts && Object.hasOwn(scripts, name) ? scripts[name] : undefined;
  if (body === undefined || depth >= DEEPEST_SCRIPT) return kindByName(name);
  const kind = classifyLine(body, scripts, depth + 1);
  const commands = simpleCommands(body);
  if (kind === "test" || commands.every(({ words }) => IDLE.has(words[0] ?? ""))) return kind;
  const allLint = commands.every(({ words }) => classifyOne(unwrapped(words), scripts, depth + 1) === "lint");
  return allLint ? "lint" : kindByName(name);
}
