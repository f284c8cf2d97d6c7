import { readFileSync } from "node:fs";
import { Command } from "commander";
import { COMMANDS } from "./commands.ts";

/** Options that every command takes, before or after its name. (--env-file is Node's own, which it takes wherever it stands.) */
export type GlobalOptions = {
  json?: boolean;
  db?: string;
  policyFile?: string;
  settingsFile?: string;
  skipDoctor?: boolean;
};

/** The whole command line. Only the commands that `argv` names are loaded in full; the others are there by name. */
export async function createProgram(argv: readonly string[]): Promise<Command> {
  const program = new Command("agentpr")
    .description("Turns a request into a small, tested, reviewed pull request; a person holds the gate.")
    .version(version(), "-V, --version", "print the version")
    .option("--json", "print one JSON object instead of text")
    .option("--db <path or address>", "another database than AGENTPR_DATABASE_URL")
    .option("--policy-file <path>", "another policy than policy/manager_policy.json")
    .option("--settings-file <path>", "another settings file than .env")
    .option("--skip-doctor", "begin without looking at settings and machine first")
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true, subcommandTerm: (command) => command.name() })
    .configureOutput({ outputError: () => undefined })
    .addHelpText(
      "after",
      "\nExit codes: 0 done, 1 refused, 2 wrong usage, 3 not found, 4 environment, 130 interrupted.",
    )
    .exitOverride();
  for (const { name, summary, load } of COMMANDS) {
    const command = program.command(name).summary(summary).description(summary);
    if (!argv.includes(name)) continue;
    (await load())(command);
    command.addHelpText("after", (await import("./examples.ts")).examplesHelp(name));
  }
  return program;
}

/** The options of a command, those of the whole program included. */
export function optionsOf<T extends object>(command: Command): T & GlobalOptions {
  return command.optsWithGlobals<T & GlobalOptions>();
}

function version(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
