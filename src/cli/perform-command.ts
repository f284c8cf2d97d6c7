import type { Command } from "commander";
import type { Reply } from "../actions/reply.ts";
import { EXIT } from "../core/problem.ts";
import { optionsOf } from "./program.ts";

type Input = Record<string, unknown>;

/** Performs an action as this person, prints its reply and sets the exit code. */
export async function performCommand(command: Command, action: string, input: Input): Promise<void> {
  const { openCliContext, cliActor } = await import("./open-cli-context.ts");
  const { perform } = await import("../actions/perform.ts");
  const wants = { asksGitHub: action === "create", surveys: action === "request_pr" };
  const opened = await openCliContext(optionsOf(command), wants);
  try {
    const reply = await perform(opened.context, cliActor(), action, given(input));
    await printReply(command, reply, opened.pages);
  } finally {
    await opened.close();
  }
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
