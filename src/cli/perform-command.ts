import type { Command } from "commander";
import type { ActionContext } from "../actions/action.ts";
import type { Reply } from "../actions/reply.ts";
import { EXIT } from "../core/problem.ts";
import { optionsOf } from "./program.ts";

type Input = Record<string, unknown>;

type How = {
  /** Again and again, so often; null: once. */
  everyMs?: number | null;
  /** The run whose attempt under way is streamed afterwards. */
  follow?: string | null;
};

/** Performs an action as this person, prints its reply and sets the exit code. */
export async function performCommand(
  command: Command,
  action: string,
  input: Input,
  { everyMs = null, follow = null }: How = {},
): Promise<void> {
  const { cliActor } = await import("./cli-actor.ts");
  const { openCliContext } = await import("./open-cli-context.ts");
  const { perform } = await import("../actions/perform.ts");
  const wants = { asksGitHub: action === "create", surveys: action === "request_pr" };
  const opened = await openCliContext(optionsOf(command), wants);
  try {
    const round = async () => {
      const reply = await perform(opened.context, cliActor(), action, given(input));
      await printReply(command, reply, opened.pages);
    };
    await (everyMs === null ? round() : (await import("./watch.ts")).watching(everyMs, round));
    if (follow !== null && process.exitCode === EXIT.done) await followIn(command, opened.context, follow);
  } finally {
    await opened.close();
  }
}

async function followIn(command: Command, { world }: ActionContext, name: string): Promise<void> {
  const { runIn } = await import("./resolve-run.ts");
  const { followRun } = await import("./follow-run.ts");
  const { untilSignal } = await import("./watch.ts");
  const { id } = await runIn(world.database, name);
  const signal = untilSignal();
  const write = (line: string) => process.stdout.write(`${line}\n`);
  await followRun({
    ...{ db: world.database.knex, runId: id, signal, write },
    json: optionsOf(command).json === true,
  });
  if (signal.aborted) process.exitCode = EXIT.interrupted;
}

export async function printReply(command: Command, reply: Reply, pages: string | null = null): Promise<void> {
  const { exitCodeOf, renderJson, renderText } = await import("./render.ts");
  const { terminalLook } = await import("./terminal-look.ts");
  const { json = false } = optionsOf(command);
  process.exitCode = exitCodeOf(reply);
  if (reply.ok)
    process.stdout.write(`${json ? renderJson(reply) : renderText(reply, terminalLook(pages))}\n`);
  else await printRefusal(reply.text, reply.kind, json);
}

const REMEDIES = {
  refused: ["it was refused", "Look at it with: agentpr show-run <run>"],
  not_found: ["nothing here has that name", "List what there is with: agentpr list-runs"],
  usage: ["the input is not understood", "Run: agentpr <command> --help"],
} as const;

async function printRefusal(what: string, kind: keyof typeof REMEDIES, json: boolean): Promise<void> {
  const { printFailure } = await import("./failure.ts");
  const [why, remedy] = REMEDIES[kind];
  const exitCode = kind === "refused" ? EXIT.refused : kind === "usage" ? EXIT.usage : EXIT.notFound;
  printFailure({ what, why, remedy, exitCode }, { json });
}

/** Options that were not given are absent, not undefined. */
function given(input: Input): Input {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}
