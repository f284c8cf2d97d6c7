import { CommanderError } from "commander";
import { EXIT, type ExitCode, messageOf, Problem } from "../core/problem.ts";
import { paint } from "./paint.ts";
import { printJson } from "./print-json.ts";

/** What went wrong, for people: what, why, what to do. */
export type Failure = { what: string; why: string; remedy: string; exitCode: ExitCode };

export function explain(error: unknown): Failure {
  if (error instanceof Problem) {
    const { message, why, remedy, exitCode } = error;
    return { what: message, why, remedy, exitCode };
  }
  return error instanceof CommanderError ? wrongUsage(error) : unexpected(error);
}

/** commander writes "error: …", sometimes with a suggestion on a second line. */
function wrongUsage(error: CommanderError): Failure {
  const [first = "", suggestion] = error.message.split("\n");
  const meant = /^\(?(Did you mean .*?)\)?$/.exec(suggestion ?? "")?.[1];
  return {
    what: first.replace(/^error: /, ""),
    why: meant ?? "the command line is not understood",
    remedy: "Run: agentpr --help, or agentpr <command> --help",
    exitCode: EXIT.usage,
  };
}

function unexpected(error: unknown): Failure {
  return {
    what: "Something unexpected happened",
    why: messageOf(error),
    remedy: "Run it again with AGENTPR_DEBUG=1 to see where, and report it if it stays",
    exitCode: EXIT.refused,
  };
}

type How = { json: boolean; error?: unknown };

/** Words go to stderr; with --json the same goes to stdout as one object. */
export function printFailure({ what, why, remedy, exitCode }: Failure, { json, error }: How): void {
  const lines = [`${paint("red", "error:", process.stderr)} ${what}`, `  why: ${why}`, `  do:  ${remedy}`];
  process.stderr.write(`${lines.join("\n")}\n`);
  if (json) printJson("agentpr.failure.v1", { ok: false, error: what, why, do: remedy, exit_code: exitCode });
  if (process.env.AGENTPR_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
}
