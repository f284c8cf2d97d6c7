import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { EXIT, messageOf, Problem } from "../../core/problem.ts";
import { performCommand } from "../perform-command.ts";
import { namedRun, takesRun } from "../run-argument.ts";

type Bypassing = { allowDodBypass?: boolean; reason?: string };
type RequestOptions = Bypassing & {
  title?: string;
  bodyFile?: string;
  base?: string;
  head?: string;
  draft?: boolean;
  skipRepoPrTemplate?: boolean;
  skipAboutForge?: boolean;
  confirmTtlMinutes?: string;
};

export function defineRequestOpenPr(command: Command): void {
  takesBypass(takesRun(command))
    .option("--title <text>", "the pull request's title; without it, the commit's subject")
    .option("--body-file <path>", "a file with words for the pull request's body")
    .option("--base <branch>", "the branch to merge into; without it, the run's own base")
    .option("--head <branch>", "accepted for the run's own branch alone")
    .option("--draft", "open it as a draft")
    .option("--skip-repo-pr-template", "leave the target's own template out")
    .option("--skip-about-forge", "leave the About text of the prompt version out")
    .option("--confirm-ttl-minutes <n>", "how long the code can be used")
    .action((_run: unknown, { bodyFile, ...given }: RequestOptions) => {
      const body = bodyFile === undefined ? undefined : readBody(bodyFile);
      return performCommand(command, "request_pr", {
        run: namedRun(command),
        body,
        title: given.title,
        base: given.base,
        head: given.head,
        draft: given.draft,
        skip_repo_pr_template: given.skipRepoPrTemplate,
        skip_about_forge: given.skipAboutForge,
        confirm_ttl_minutes: given.confirmTtlMinutes,
        ...bypassed(given),
      });
    });
}

type ApproveOptions = Bypassing & { confirmToken: string; confirm?: boolean };

export function defineApproveOpenPr(command: Command): void {
  takesBypass(takesRun(command))
    .requiredOption("--confirm-token <code>", "the code that request-open-pr printed")
    .option("--confirm", "yes, open exactly that pull request")
    .action((_run: unknown, options: ApproveOptions) => {
      refuseUnconfirmed(options);
      return performCommand(command, "approve_pr", {
        run: namedRun(command),
        confirm_token: options.confirmToken,
        ...bypassed(options),
      });
    });
}

function takesBypass(command: Command): Command {
  return command
    .option("--allow-dod-bypass", "pass by the gate's softer checks; needs --reason, is journaled and shown")
    .option("--reason <text>", "why the gate is bypassed");
}

function bypassed({ allowDodBypass, reason }: Bypassing) {
  return { allow_dod_bypass: allowDodBypass, reason };
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
