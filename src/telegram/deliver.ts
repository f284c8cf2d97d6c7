import { createHash, randomBytes } from "node:crypto";
import { insertNotice } from "../database/notices.ts";
import { dropButtons, insertButtons } from "../database/telegram-buttons.ts";
import { type Card, dropCard, dropOlderCards, saveCard } from "../database/telegram-cards.ts";
import { closeChat } from "../database/telegram-chats.ts";
import type { BotContext } from "./context.ts";
import { type Html, plain, words } from "./html.ts";
import type { ButtonSpec, MadeCard, Outgoing } from "./outgoing.ts";
import { split } from "./split.ts";
import type { Key, Message, Sent } from "./transport.ts";

/** Longest life of a button; what it stands on may end it sooner. */
const BUTTON_MS = 7 * 24 * 60 * 60_000;

type Buttons = readonly (readonly ButtonSpec[])[];
export type Deliverer = Pick<BotContext, "transport" | "wantWords"> & {
  actions: Pick<BotContext["actions"], "world">;
};

/** Sends what is to be said; false when nobody there wants to hear it any more. */
export async function deliver(context: Deliverer, chatId: number, outgoing: Outgoing): Promise<boolean> {
  const open = await send(context, chatId, outgoing);
  if (!open) await closeChat(context.actions.world.database, chatId);
  else if (outgoing.kind !== "document" && outgoing.card?.kind === "show")
    context.wantWords?.(outgoing.card.runId);
  return open;
}

async function send(context: Deliverer, chatId: number, outgoing: Outgoing): Promise<boolean> {
  const { transport } = context;
  if (outgoing.kind === "document")
    return isOpen(context, chatId, await transport.sendDocument(chatId, outgoing.document));
  if (outgoing.kind === "edit") return edit(context, outgoing.card, outgoing);
  const { lines, buttons = [], card } = outgoing;
  const parts = split(lines);
  if (parts.kind === "document") {
    const document = { name: "reply.txt", text: parts.text, caption: words(plain(parts.start)) };
    return isOpen(context, chatId, await transport.sendDocument(chatId, document));
  }
  for (const html of parts.messages.slice(0, -1))
    if (!(await isOpen(context, chatId, await transport.send(chatId, { html, keyboard: [] })))) return false;
  return sendLast(context, chatId, { html: parts.messages.at(-1) ?? "…", buttons, card: card ?? null });
}

/** What Telegram will never take is not held against the chat; a group that moved is told of, because it is listed by its number. */
async function isOpen({ actions }: Deliverer, chatId: number, sent: Sent): Promise<boolean> {
  const { database, log } = actions.world;
  if (sent.kind === "refused") log.error({ chat: chatId, why: sent.why }, "Telegram refused a message");
  if (sent.kind !== "closed") return true;
  if (sent.movedTo !== undefined)
    await insertNotice(database, database.knex, {
      ...{ runId: null, priority: "high", cause: `telegram-moved:${chatId}` },
      text: `The Telegram group ${chatId} has become ${sent.movedTo}: the lists of chats need its new number`,
    });
  return false;
}

type Last = { html: string; buttons: Buttons; card: MadeCard | null };

async function sendLast(context: Deliverer, chatId: number, { html, buttons, card }: Last): Promise<boolean> {
  const { database } = context.actions.world;
  const id = randomBytes(9).toString("base64url");
  const keyboard = await placeButtons(context, chatId, buttons, card === null ? null : id);
  const sent = await context.transport.send(chatId, { html, keyboard });
  if (!(await isOpen(context, chatId, sent))) return false;
  if (card !== null && sent.kind === "sent") {
    const made = { ...card, id, chatId, messageId: sent.messageId, bodyHash: hashOf(html, buttons) };
    await saveCard(database, made);
    await dropOlderCards(database.knex, made);
  }
  return true;
}

async function edit(
  context: Deliverer,
  card: Card,
  { lines, buttons }: Omit<Extract<Outgoing, { kind: "edit" }>, "kind" | "card">,
): Promise<boolean> {
  const { database } = context.actions.world;
  const html = oneMessage(lines);
  if (card.messageId === null) return true;
  await dropButtons(database.knex, card.id, buttons.flat());
  const keyboard = await placeButtons(context, card.chatId, buttons, card.id);
  const edited = await context.transport.edit(card.chatId, card.messageId, { html, keyboard });
  if (edited === "edited") await saveCard(database, { ...card, bodyHash: hashOf(html, buttons) });
  else await dropCard(database.knex, card.id);
  return edited !== "closed";
}

/** Whether a card would look other than it does. */
export function isChanged(card: Card, lines: readonly Html[], buttons: Buttons): boolean {
  const html = oneMessage(lines);
  return hashOf(html, buttons) !== card.bodyHash;
}

/** A card is one message: what does not fit is left out. */
function oneMessage(lines: readonly Html[]): string {
  const parts = split(lines);
  return parts.kind === "messages" ? (parts.messages[0] ?? "…") : parts.start;
}

/** A button carries nothing but a random name; what it does stands in the database, and so outlives a restart. */
async function placeButtons(
  { actions }: Deliverer,
  chatId: number,
  buttons: Buttons,
  cardId: string | null,
): Promise<Message["keyboard"]> {
  const named = buttons.map((row) =>
    row.map((spec) => ({ spec, data: randomBytes(18).toString("base64url") })),
  );
  await insertButtons(
    actions.world.database,
    named.flat().map(({ spec: { action, input, once }, data }) => ({
      ...{ chatId, cardId, action, input, once, data },
      ttlMs: BUTTON_MS,
    })),
  );
  return named.map((row) => row.map(({ spec, data }): Key => ({ text: spec.label, data })));
}

function hashOf(html: string, buttons: Buttons): string {
  return createHash("sha256")
    .update(JSON.stringify([html, buttons]))
    .digest("hex");
}
