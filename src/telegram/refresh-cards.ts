import { messageOf } from "../core/problem.ts";
import { type Card, dropCard, findCard, saveCard, staleCards } from "../database/telegram-cards.ts";
import { renderCard } from "./cards/render-card.ts";
import type { BotContext } from "./context.ts";
import { deliver, isChanged } from "./deliver.ts";

/** A card that shows progress is edited no more often than this. */
const REST_MS = 5_000;
const MOST_AT_ONCE = 20;

/** Begins to bring cards up to date whose runs have moved; a card that looks the same is left alone. */
export async function refreshCards(context: BotContext, restMs = REST_MS): Promise<void> {
  const { database } = context.actions.world;
  const stale = await staleCards(database, { restMs, limit: MOST_AT_ONCE });
  // Whoever is being answered there keeps nobody else waiting, nor does a slow edit; the card's turn comes.
  const free = stale.filter(({ chatId }) => context.turns.isFree(chatId));
  for (const cards of Map.groupBy(free, ({ chatId }) => chatId).values()) void oneByOne(context, cards);
}

async function oneByOne(context: BotContext, cards: readonly Card[]): Promise<void> {
  const { log } = context.actions.world;
  for (const card of cards) {
    if (context.signal.aborted) return;
    try {
      await bringUpToDate(context, card);
    } catch (error) {
      if (!context.signal.aborted) log.warn({ why: messageOf(error) }, "a card waits for the next look");
    }
  }
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
