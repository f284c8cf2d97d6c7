import { type Command, InvalidArgumentError } from "commander";
import { EXIT, Problem } from "../../core/problem.ts";
import type { RunOrder } from "../../core/run-order.ts";
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
  fromFile?: string;
  duplicate?: boolean;
};

export function defineCreateRun(command: Command): void {
  command
    .argument("[owner/repo...]", "the repositories, a run each; owner/repo#7 for an issue")
    .option("--owner <name>", "the repository's owner")
    .option("--repo <name>", "the repository's name")
    .option("--from-file <file>", "a run for each line: owner/repo, owner/repo#7, or owner/repo and the task")
    .option("--issue <number>", "the issue to solve", issueNumber)
    .option("--task <text>", "what to do, in words")
    .option("--base <branch>", "the branch to start from; without it, the default branch")
    .option("--prompt-version <version>", "one of policy/prompts, such as v1")
    .option("--run-id <id>", "an id of your own choice")
    .option("--duplicate", "begin it though a run that does the same is not over")
    .option(
      "--task-packet-file <file>",
      "more for the worker: JSON under known keys, or Markdown as an instruction",
    )
    .addHelpText(
      "after",
      "\nNew runs start at once; with AGENTPR_CREATE_AUTOKICK=0 they wait until they are resumed.",
    )
    .action((names: string[], options: Options) => create(command, names, options));
}

async function create(command: Command, names: readonly string[], options: Options): Promise<void> {
  const { runOrders } = await import("../run-orders.ts");
  const { owner, repo, fromFile } = options;
  const orders = runOrders({ names, owner, repo, fromFile });
  const packet = await packetIn(options.taskPacketFile);
  const inputs = orders.map((order) => inputOf(order, options, packet));
  const [only] = inputs;
  if (inputs.length === 1 && only !== undefined) return performCommand(command, "create", only.input);
  if (options.issue !== undefined || options.runId !== undefined) throw onlyForOne();
  const { performMany } = await import("../perform-many.ts");
  return performMany(command, "create", inputs);
}

function inputOf({ owner, repo, ...own }: RunOrder, options: Options, packet: UserPacket | undefined) {
  const { base, promptVersion, runId, duplicate } = options;
  const issue = own.issue ?? options.issue;
  const task = own.task ?? options.task;
  const input = {
    ...{ owner, repo, issue, task, base, packet, duplicate },
    ...{ prompt_version: promptVersion, run_id: runId },
  };
  const given = Object.entries(input).filter(([, value]) => value !== undefined && value !== null);
  return { name: `${owner}/${repo}${issue ? `#${issue}` : ""}`, input: Object.fromEntries(given) };
}

function onlyForOne(): Problem {
  const remedy = "Write owner/repo#7 for each, and leave --issue and --run-id out";
  return new Problem("--issue and --run-id are for one run", "several are named", remedy, EXIT.usage);
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
