import { type Card, dropCard, findCard, saveCard, staleCards } from "../database/telegram-cards.ts";
import { renderCard } from "./cards/render-card.ts";
import type { BotContext } from "./context.ts";
import { deliver, isChanged } from "./deliver.ts";

/** A card that shows progress is edited no more often than this. */
const REST_MS = 5_000;
const MOST_AT_ONCE = 20;

/** Brings cards up to date whose runs have moved; a card that looks the same is left alone. */
export async function refreshCards(context: BotContext, restMs = REST_MS): Promise<void> {
  const { database } = context.actions.world;
  // Whoever is being answered there keeps nobody else waiting; the card's turn comes.
  for (const card of await staleCards(database, { restMs, limit: MOST_AT_ONCE }))
    if (context.turns.isFree(card.chatId)) await bringUpToDate(context, card);
}

export function bringUpToDate(context: BotContext, card: Card): Promise<void> {
  return context.turns.take(card.chatId, async () => {
    const found = await findCard(context.actions.world.database.knex, card.chatId, card.messageId ?? 0);
    if (found !== null) await showAnew(context, found);
  });
}

async function showAnew(context: BotContext, card: Card): Promise<void> {
  const { database } = context.actions.world;
  const now = await renderCard(context, card);
  if (now === null) await dropCard(database.knex, card.id);
  else if (!isChanged(card, now.lines, now.buttons)) await saveCard(database, { ...card, ...now.card });
  else {
    const { lines, buttons } = now;
    await deliver(context, card.chatId, { kind: "edit", card: { ...card, ...now.card }, lines, buttons });
  }
}
