import { messageOf } from "../core/problem.ts";
import { closeChat, findChat, reopenChat } from "../database/telegram-chats.ts";
import { auditLine } from "./audit.ts";
import type { Asker, Done } from "./carry-out.ts";
import { readWords } from "./commands.ts";
import { showAnswer, takeAwaited } from "./compose.ts";
import type { BotContext } from "./context.ts";
import { deliver } from "./deliver.ts";
import { html } from "./html.ts";
import type { Incoming, Press, Words } from "./incoming.ts";
import { say } from "./outgoing.ts";
import { press } from "./press.ts";
import { sayCommand, told, wentWrong } from "./say-command.ts";
import { sayPlainly } from "./say-plainly.ts";

/**
 * One update, from who it came to what is answered. A message that cannot be dealt with must not stop the next; it throws only
 * where the bot ends before its answer is out, so that it is dealt with at the next start.
 */
export async function converse(context: BotContext, incoming: Incoming): Promise<void> {
  try {
    if (incoming.kind === "words" || incoming.kind === "press") await hear(context, incoming);
    else if (incoming.kind === "membership") await note(context, incoming);
    else if (incoming.callbackId !== null)
      await context.transport.answer(incoming.callbackId, "", { alert: false });
  } catch (error) {
    if (context.signal.aborted) throw error;
    context.actions.world.log.error({ update: incoming.updateId, err: error }, "update not dealt with");
    context.audit(auditLine(incoming, { outcome: "error", detail: messageOf(error) }));
  }
}

async function note(
  { actions }: BotContext,
  incoming: Extract<Incoming, { kind: "membership" }>,
): Promise<void> {
  const { database } = actions.world;
  await (incoming.open ? reopenChat(database, incoming.chatId) : closeChat(database, incoming.chatId));
}

async function hear(context: BotContext, incoming: Words | Press): Promise<void> {
  if (incoming.kind === "words" && !(await isForUs(context, incoming))) return;
  const tier = context.people.tierIn(incoming.chat, incoming.person.id);
  // Strangers learn nothing, not even that somebody is there.
  if (tier === null) {
    if (incoming.kind === "press") await context.transport.answer(incoming.callbackId, "", { alert: false });
    return context.audit(auditLine(incoming, { outcome: "unauthorized", detail: "not listed" }));
  }
  await reopenChat(context.actions.world.database, incoming.chat.id);
  const limited = context.limits.take(incoming.chat.id);
  if (limited !== "free") return slowDown(context, incoming, limited);
  const { updateId, chat, person } = incoming;
  const done = await answerOf(context, { updateId, chat, person, tier, pressed: null }, incoming);
  if (done === null) return;
  context.audit(auditLine(incoming, { outcome: done.ok ? "ok" : "refused", detail: done.text }));
  for (const outgoing of done.outgoing) if (!(await deliver(context, chat.id, outgoing))) return;
}

async function slowDown(
  context: BotContext,
  incoming: Words | Press,
  limited: "said" | "silent",
): Promise<void> {
  const text = "That is a lot at once. Wait a minute, then say it again.";
  if (incoming.kind === "press") await context.transport.answer(incoming.callbackId, text, { alert: false });
  else if (limited === "said") await deliver(context, incoming.chat.id, say(html`${text}`));
  context.audit(auditLine(incoming, { outcome: "rate_limited", detail: limited }));
}

/** In a group people talk to each other; only who names us, or owes us an answer, speaks to us. Other talk is not even counted. */
async function isForUs({ actions, username }: BotContext, { text, chat, person }: Words): Promise<boolean> {
  const said = readWords(text, username);
  if (said.kind === "other_bot") return false;
  if (chat.type === "private" || said.kind === "command" || mention(username).test(text)) return true;
  return (await findChat(actions.world.database.knex, chat.id)).awaits?.person === person.id;
}

function mention(username: string): RegExp {
  return new RegExp(`@${username}\\b`, "i");
}

/** Null where nobody spoke to us after all. */
async function answerOf(context: BotContext, asker: Asker, incoming: Words | Press): Promise<Done | null> {
  try {
    if (incoming.kind === "press") return await press(context, asker, incoming);
    return await answerWords(context, asker, incoming);
  } catch (error) {
    return wentWrong(context, asker, error);
  }
}

async function answerWords(
  context: BotContext,
  asker: Asker,
  { text, chat, isForwarded = false }: Words,
): Promise<Done | null> {
  const said = readWords(text, context.username);
  if (said.kind === "other_bot") return null;
  const awaited = await takeAwaited(context, asker);
  if (awaited !== null && said.kind === "plain") return showAnswer(awaited, said.text);
  // Whoever passes on another's words to talk about them has given no order.
  if (said.kind === "command" && isForwarded)
    return told("These words were forwarded, so nothing has been done. Write the command yourself.");
  if (said.kind === "command") return sayCommand(context, asker, said);
  const naming = mention(context.username);
  if (chat.type !== "private" && !naming.test(text)) return null;
  if (said.kind === "unknown") return told(`There is no command /${said.name}. /help lists them.`);
  return sayPlainly(context, asker, said.text.replace(naming, "").trim());
}
