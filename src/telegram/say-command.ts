import { messageOf } from "../core/problem.ts";
import { findChat } from "../database/telegram-chats.ts";
import { type Asker, carryOut, type Done } from "./carry-out.ts";
import type { BotCommand, Input } from "./commands.ts";
import type { BotContext } from "./context.ts";
import { findNamedRun } from "./find-run.ts";
import { helpLines } from "./help.ts";
import { html } from "./html.ts";
import { say } from "./outgoing.ts";

/** Carries out a command as it was written. */
export async function sayCommand(
  context: BotContext,
  asker: Asker,
  { command, words }: { command: BotCommand; words: readonly string[] },
): Promise<Done> {
  if (command.action === "help") return { outgoing: [say(...helpLines(asker.tier))], ok: true, text: "help" };
  if (!command.aboutRun) return inTurn(context, asker, command, command.read(words));
  const found = await nameRun(context, asker, words);
  if ("why" in found) return told(found.why);
  const inputs = command.read(found.rest).map((input) => ({ ...input, run: found.run }));
  return inTurn(context, asker, command, inputs);
}

type Order = Pick<BotCommand, "action" | "usage">;

const MOST_AT_ONCE = 10;

/** Several repositories are several orders: each has its own answer, and one that fails stops no other. */
export async function inTurn(
  context: BotContext,
  asker: Asker,
  { action, usage }: Order,
  inputs: readonly Input[],
): Promise<Done> {
  if (action === "help") return { outgoing: [say(...helpLines(asker.tier))], ok: true, text: "help" };
  if (inputs.length === 0) return told(`Say it so: ${usage}`);
  if (inputs.length > MOST_AT_ONCE)
    return told(`That is ${inputs.length} at once; at most ${MOST_AT_ONCE}, please. Nothing has been done.`);
  const all: Done[] = [];
  for (const [index, input] of inputs.entries())
    all.push(
      await carryOut(context, asker, { action, input, index }).catch((error: unknown) =>
        wentWrong(context, asker, error),
      ),
    );
  return {
    outgoing: all.flatMap(({ outgoing }) => outgoing),
    ok: all.every(({ ok }) => ok),
    text: all.map(({ text }) => text).join(" · "),
  };
}

type NamedRun = { run: string; rest: readonly string[] } | { why: string };

/** The run that the first word names, else the one that the chat is about. */
export async function nameRun(
  { actions }: Pick<BotContext, "actions">,
  { chat }: Pick<Asker, "chat">,
  words: readonly string[],
): Promise<NamedRun> {
  const db = actions.world.database.knex;
  const known = await findChat(db, chat.id);
  const [first, ...rest] = words;
  const found = first === undefined ? null : await findNamedRun(db, known, first);
  if (found?.kind === "found") return { run: found.id, rest };
  if (found?.kind === "not") return { why: found.why };
  if (known.runId !== null) return { run: known.runId, rest: words };
  return { why: "Which run? Name it, or choose one with /list." };
}

export function wentWrong(
  { actions }: BotContext,
  { updateId }: Pick<Asker, "updateId">,
  error: unknown,
): Done {
  actions.world.log.error({ update: updateId, err: error }, "not carried out");
  return told(`That went wrong: ${messageOf(error).slice(0, 300)}`);
}

export function told(why: string): Done {
  return { outgoing: [say(html`✋ ${why}`)], ok: false, text: why };
}
