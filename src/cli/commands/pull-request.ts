import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { EXIT, messageOf, Problem } from "../../core/problem.ts";
import { performCommand } from "../perform-command.ts";
import { namedRun, takesRun } from "../run-argument.ts";

type RequestOptions = { title?: string; bodyFile?: string; draft?: boolean };

export function defineRequestOpenPr(command: Command): void {
  takesRun(command)
    .option("--title <text>", "the pull request's title; without it, the commit's subject")
    .option("--body-file <path>", "a file with words for the pull request's body")
    .option("--draft", "open it as a draft")
    .action((_run: unknown, { title, bodyFile, draft }: RequestOptions) => {
      const body = bodyFile === undefined ? undefined : readBody(bodyFile);
      return performCommand(command, "request_pr", { run: namedRun(command), title, body, draft });
    });
}

type ApproveOptions = { confirmToken: string; confirm?: boolean };

export function defineApproveOpenPr(command: Command): void {
  takesRun(command)
    .requiredOption("--confirm-token <code>", "the code that request-open-pr printed")
    .option("--confirm", "yes, open exactly that pull request")
    .action((_run: unknown, options: ApproveOptions) => {
      refuseUnconfirmed(options);
      return performCommand(command, "approve_pr", {
        run: namedRun(command),
        confirm_token: options.confirmToken,
      });
    });
}

function refuseUnconfirmed({ confirm }: ApproveOptions): void {
  if (!confirm)
    throw usage("Not approved", "approving opens a pull request in public", "Add --confirm to mean it");
}

export function defineRejectOpenPr(command: Command): void {
  takesRun(command)
    .requiredOption("--reason <text>", "why; the next attempt is told")
    .action((_run: unknown, { reason }: { reason: string }) =>
      performCommand(command, "reject_pr", { run: namedRun(command), reason }),
    );
}

function readBody(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw usage(`The body file ${file} cannot be read`, messageOf(error), "Correct --body-file");
  }
}

function usage(what: string, why: string, remedy: string): Problem {
  return new Problem(what, why, remedy, EXIT.usage);
}
