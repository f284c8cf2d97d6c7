import type { CommandRun, Violation } from "../../src/core/evidence.ts";
import { simpleCommands } from "../../src/core/shell-words.ts";

/** Commands that tried to publish. They cannot succeed, and an agent that tries has to be looked at. */
export function findPushes(commands: readonly CommandRun[]): Violation[] {
  return commands
    .filter(({ command }) => isPush(command))
    .map(({ command }) => ({ rule: "agent_pushed", path: null, detail: command.slice(0, 500) }));
}

function isPush(line: string): boolean {
  return simpleCommands(line).some(({ words: [program = "", ...rest] }) => {
    if (/(^|\/)gh$/.test(program)) return rest[0] === "pr" && rest[1] === "create";
    return /(^|\/)git$/.test(program) && subcommand(rest) === "push";
  });
}

/** git's options before the subcommand that take their value as the next word. */
const WITH_VALUE: ReadonlySet<string> = new Set([
  "-C",
  "-c",
  "--git-dir",
  "--work-tree",
  "--namespace",
  "--exec-path",
]);

function subcommand(words: readonly string[]): string | undefined {
  const [first, ...rest] = words;
  if (first === undefined || !first.startsWith("-")) return first;
  return subcommand(WITH_VALUE.has(first) ? rest.slice(1) : rest);
}
