import { z } from "zod";
import type { ActionName } from "../actions/actions.ts";
import { type Actor, mayUse, type Tier } from "../actions/actor.ts";
import { perform } from "../actions/perform.ts";
import { type Reply, refuse } from "../actions/reply.ts";
import { rememberList, rememberRun } from "../database/telegram-chats.ts";
import { renderCard } from "./cards/render-card.ts";
import { type Input, tierOfAction } from "./commands.ts";
import type { BotContext } from "./context.ts";
import { bold, code, type Html, html } from "./html.ts";
import type { Words } from "./incoming.ts";
import { type Outgoing, say } from "./outgoing.ts";
import { listedRuns, renderReply } from "./render-reply.ts";

export type Asker = Pick<Words, "updateId" | "chat" | "person"> & { tier: Tier; pressed: string | null };
export type Done = { outgoing: Outgoing[]; ok: boolean; text: string };

/** Performs an action for somebody and says in Telegram's way what came of it. */
export async function carryOut(
  context: BotContext,
  asker: Asker,
  order: { action: ActionName; input: Input; index?: number },
): Promise<Done> {
  const actor = actorOf(asker, order.index ?? 0);
  const reply = await performed(context, actor, order);
  await remember(context, asker, order, reply);
  return { outgoing: await shown(context, asker, order, reply), ok: reply.ok, text: reply.text };
}

/** On Telegram approving needs more than the table's tier, so this is looked at first. */
async function performed(
  { actions, listLimit }: BotContext,
  actor: Actor,
  { action, input }: { action: ActionName; input: Input },
): Promise<Reply> {
  const needed = tierOfAction(action);
  if (!mayUse(actor, needed)) return refuse(`This needs the ${needed} tier, which you do not have.`);
  return perform(actions, actor, action, action === "list" ? { limit: listLimit, ...input } : input);
}

function actorOf({ updateId, person, chat, tier, pressed }: Asker, index: number): Actor {
  return {
    via: "telegram",
    user: person.id,
    name: person.name,
    tier,
    alone: chat.type === "private",
    pressed,
    cause: `telegram:${updateId}:${index}`,
  };
}

const OfRun = z.object({ run_id: z.string() });

function runOf({ input }: { input: Input }, reply: Reply): string | null {
  const made = reply.ok ? OfRun.safeParse(reply.data) : null;
  if (made?.success) return made.data.run_id;
  return typeof input.run === "string" ? input.run : null;
}

async function remember(
  { actions }: BotContext,
  { chat }: Asker,
  order: { input: Input },
  reply: Reply,
): Promise<void> {
  const { database } = actions.world;
  const [run, listed] = [runOf(order, reply), listedRuns(reply)];
  if (run !== null && (reply.ok || reply.kind !== "not_found")) await rememberRun(database, chat.id, run);
  if (listed.length > 0) await rememberList(database, chat.id, listed);
}

/** Actions that are answered by their own words; all others that are about a run are answered by its card. */
const IN_WORDS: ReadonlySet<ActionName> = new Set([
  "logs",
  "list",
  "overview",
  "next",
  "pending_pr",
  "analyze",
  "budget",
]);

/** Both are answered by the Decision Card. */
const CARDS: ReadonlySet<ActionName> = new Set(["show", "explain"]);

async function shown(
  context: BotContext,
  asker: Asker,
  order: { action: ActionName; input: Input },
  reply: Reply,
): Promise<Outgoing[]> {
  const run = runOf(order, reply);
  if (!reply.ok || run === null || IN_WORDS.has(order.action)) return [say(...renderReply(reply))];
  const kind = CARDS.has(order.action) ? "show" : order.action === "request_pr" ? "approval" : "status";
  const card = await renderCard(context, { runId: run, kind, tier: asker.tier });
  if (card === null) return [say(...renderReply(reply))];
  const looks = CARDS.has(order.action) || order.action === "status";
  const lines = [...(looks ? [] : [bold(reply.text)]), ...card.lines, ...codeLines(reply, run)];
  return [{ kind: "say", lines, buttons: card.buttons, card: card.card }];
}

/** Only who may use a code gets one in the reply, and only while nobody reads along. */
function codeLines(reply: Reply, run: string): Html[] {
  if (!reply.ok || reply.secret === undefined) return [];
  return [html`Confirm with the button, or with ${code(`/approve_pr ${run} ${reply.secret}`)}`];
}
