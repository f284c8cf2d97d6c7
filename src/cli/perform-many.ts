import type { Command } from "commander";
import type { Reply } from "../actions/reply.ts";
import { EXIT } from "../core/problem.ts";
import { printJson } from "./print-json.ts";
import { optionsOf } from "./program.ts";

type Order = { name: string; input: Record<string, unknown> };

/** The same action several times; each has its own answer, and the first that is refused gives the exit code. */
export async function performMany(command: Command, action: string, orders: readonly Order[]): Promise<void> {
  const { cliActor } = await import("./cli-actor.ts");
  const { openCliContext } = await import("./open-cli-context.ts");
  const { perform } = await import("../actions/perform.ts");
  const opened = await openCliContext(optionsOf(command), { asksGitHub: action === "create" });
  const replies: { name: string; reply: Reply }[] = [];
  try {
    for (const { name, input } of orders)
      replies.push({ name, reply: await perform(opened.context, cliActor(), action, input) });
  } finally {
    await opened.close();
  }
  await print(command, replies);
}

async function print(command: Command, replies: readonly { name: string; reply: Reply }[]): Promise<void> {
  const { exitCodeOf } = await import("./render.ts");
  const { clean } = await import("./clean.ts");
  process.exitCode =
    replies.map(({ reply }) => exitCodeOf(reply)).find((code) => code !== EXIT.done) ?? EXIT.done;
  if (optionsOf(command).json) {
    const results = replies.map(({ name, reply }) => ({
      ...{ name, ok: reply.ok, text: reply.text },
      ...(reply.ok && reply.data !== undefined ? { data: reply.data } : {}),
    }));
    const ok = process.exitCode === EXIT.done;
    return printJson("agentpr.replies.v1", { ok, results });
  }
  for (const { name, reply } of replies)
    (reply.ok ? process.stdout : process.stderr).write(`${name}: ${clean(reply.text)}\n`);
}
