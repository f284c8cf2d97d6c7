import { CommanderError } from "commander";
import { EXIT } from "../core/problem.ts";
import { withDefaultCommand } from "./default-command.ts";
import { explain, printFailure } from "./failure.ts";
import { createProgram } from "./program.ts";

/** Runs one command line and gives the exit code. Nothing it meets ends in a stack trace, unless AGENTPR_DEBUG asks. */
export async function runCli(given: readonly string[]): Promise<number> {
  const argv = withDefaultCommand(given);
  try {
    const program = await createProgram(argv);
    await program.parseAsync([...argv], { from: "user" });
    return Number(process.exitCode ?? EXIT.done);
  } catch (error) {
    if (isHelp(error)) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    const failure = explain(error);
    printFailure(failure, { json: argv.includes("--json"), error });
    return failure.exitCode;
  }
}

/** Help and version were asked for, or help was shown because nothing was. */
function isHelp(error: unknown): error is CommanderError {
  return error instanceof CommanderError && (error.exitCode === 0 || error.code === "commander.help");
}
