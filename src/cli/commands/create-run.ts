import { type Command, InvalidArgumentError } from "commander";
import { EXIT, Problem } from "../../core/problem.ts";
import type { UserPacket } from "../../core/user-packet.ts";
import { performCommand } from "../perform-command.ts";

type Options = {
  owner?: string;
  repo?: string;
  issue?: number;
  task?: string;
  base?: string;
  promptVersion?: string;
  runId?: string;
  taskPacketFile?: string;
};

export function defineCreateRun(command: Command): void {
  command
    .argument("[owner/repo]", "the repository")
    .option("--owner <name>", "the repository's owner")
    .option("--repo <name>", "the repository's name")
    .option("--issue <number>", "the issue to solve", issueNumber)
    .option("--task <text>", "what to do, in words")
    .option("--base <branch>", "the branch to start from; without it, the default branch")
    .option("--prompt-version <version>", "one of policy/prompts, such as v1")
    .option("--run-id <id>", "an id of your own choice")
    .option(
      "--task-packet-file <file>",
      "more for the worker: JSON under known keys, or Markdown as an instruction",
    )
    .action(async (repository: string | undefined, options: Options) => {
      const { issue, task, base, promptVersion, runId, taskPacketFile } = options;
      const packet = await packetIn(taskPacketFile);
      await performCommand(command, "create", {
        ...(await repositoryOf(repository, options)),
        ...{ issue, task, base, prompt_version: promptVersion, run_id: runId, packet },
      });
    });
}

async function repositoryOf(argument: string | undefined, { owner, repo }: Options) {
  const { parseRepositoryName } = await import("../../core/run.ts");
  const given = argument ?? (owner !== undefined && repo !== undefined ? `${owner}/${repo}` : null);
  if (given === null) throw usage("No repository is named", "a run works on one repository");
  return parseRepositoryName(given) ?? invalid(given);
}

function invalid(given: string): never {
  throw usage(`"${given}" is no repository`, "it is not a GitHub owner and a repository name");
}

function usage(what: string, why: string): Problem {
  return new Problem(what, why, "Name it as owner/repo, or with --owner and --repo", EXIT.usage);
}

/** Read only where one is given: nothing else on the command line needs its schema. */
async function packetIn(file: string | undefined): Promise<UserPacket | undefined> {
  if (file === undefined) return undefined;
  const { readPacketFile } = await import("../packet-file.ts");
  return readPacketFile(file);
}

function issueNumber(text: string): number {
  if (/^#?[1-9]\d{0,9}$/.test(text)) return Number(text.replace("#", ""));
  throw new InvalidArgumentError("It is not an issue's number.");
}
