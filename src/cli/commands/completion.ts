import type { Command } from "commander";
import { EXIT, Problem } from "../../core/problem.ts";
import { COMMANDS } from "../commands.ts";
import { completions, SCRIPTS, SHELLS } from "../completion.ts";
import { printJson } from "../print-json.ts";
import { createProgram, type GlobalOptions, optionsOf } from "../program.ts";

const INSTALL = `
bash  eval "$(agentpr completion bash)"   in ~/.bashrc
zsh   eval "$(agentpr completion zsh)"    in ~/.zshrc, after compinit
fish  agentpr completion fish | source    in ~/.config/fish/config.fish`;

export function defineCompletion(command: Command): void {
  command
    .argument("[shell...]", "bash, zsh or fish; with --words, the words of the line so far")
    .option("--words", "print what may stand at the end of that line")
    .addHelpText("after", INSTALL)
    .action(async (words: string[], { words: complete }: { words?: boolean }) => {
      const lines = complete ? await wordsFor(words, optionsOf(command)) : [scriptOf(words[0])];
      if (optionsOf(command).json) printJson("agentpr.completion.v1", { ok: true, lines });
      else process.stdout.write(lines.map((line) => `${line}\n`).join(""));
    });
}

function scriptOf(name: string | undefined): string {
  const shell = SHELLS.find((each) => each === name);
  if (shell !== undefined) return SCRIPTS[shell];
  const what = name === undefined ? "No shell is named" : `There is no completion for ${name}`;
  throw new Problem(what, `it is made for ${SHELLS.join(", ")}`, "Name one of them", EXIT.usage);
}

async function wordsFor(words: readonly string[], options: GlobalOptions): Promise<string[]> {
  const commands = COMMANDS.map(({ name }) => name);
  const named = words.slice(0, -1).find((word) => commands.includes(word));
  const own = (await createProgram(named === undefined ? [] : [named])).commands.find(
    (each) => each.name() === named,
  );
  const flags = own?.options.flatMap(({ long }) => long ?? []) ?? [];
  const takesRun = flags.includes("--run-id") && named !== "create-run";
  const runs = takesRun ? await runIds(options) : [];
  return completions(words, { commands, options: flags, runs, takesRun });
}

const MOST = 500;

/** Where there is no database yet there are no runs to offer, and a shell has no place for the reason. */
async function runIds(options: GlobalOptions): Promise<string[]> {
  const { loadAppSettings } = await import("../../config/settings.ts");
  const { listRunIds } = await import("../../database/runs.ts");
  const { openDatabase } = await import("../open-database.ts");
  const { settingsSource } = await import("../sources.ts");
  const database = await openDatabase(loadAppSettings(settingsSource(options)).databaseUrl).catch(
    (error: unknown) => (error instanceof Problem ? null : Promise.reject(error)),
  );
  if (database === null) return [];
  try {
    return await listRunIds(database.knex, MOST);
  } finally {
    await database.close();
  }
}
