import { randomBytes } from "node:crypto";
import { type Api, GrammyError } from "grammy";
import { messageOf, Problem } from "../core/problem.ts";
import { trimButtons } from "../database/telegram-buttons.ts";
import { enqueue } from "../engine/enqueue.ts";
import { waited } from "../engine/lease.ts";
import { startWorker } from "../engine/worker.ts";
import { createAddsWords } from "./add-words.ts";
import { createApi, grammySignal } from "./bot-api.ts";
import type { BotContext } from "./context.ts";
import { converse } from "./converse.ts";
import { grammyTransport } from "./grammy-transport.ts";
import type { Incoming } from "./incoming.ts";
import { createIntake } from "./intake.ts";
import { setMenus } from "./menus.ts";
import { receiving } from "./receive.ts";
import { refreshCards } from "./refresh-cards.ts";
import { forgetMarks, hasNews, readMarks, tellNews } from "./tell-news.ts";
import { createTurns } from "./turns.ts";
import { webhookHandler } from "./webhook.ts";

export type BotOptions = {
  token: string;
  apiRoot: string;
  /** Where Telegram reaches this process; null polls. */
  publicUrl: string | null;
  pollTimeoutSec: number;
  idleMs: number;
  /** Null tells nothing unasked. */
  notify: { gatherMs: number; most: number } | null;
  throttled?: boolean;
  /** Longest wait for an answer of Telegram's. */
  unansweredMs?: number;
  /** Ends a start that is under way. */
  signal?: AbortSignal;
  /** Pause between two looks at cards and news. */
  tickMs?: number;
  cardRestMs?: number;
  context: Omit<BotContext, "transport" | "turns" | "username" | "signal">;
};

export type Bot = {
  username: string;
  /** Takes Telegram's webhooks; asked by the server that listens, and only with a public address. */
  page: ReturnType<typeof webhookHandler>;
  stop(): Promise<void>;
};

const UNANSWERED_MS = 20_000;
/** Longest time that is left to words under way when the bot is stopped. */
const GRACE_MS = 5_000;

/** The bot, in whichever process: news in, answers out, notices and cards kept going until it is stopped. */
export async function startBot(given: BotOptions): Promise<Bot> {
  const options = { unansweredMs: UNANSWERED_MS, ...given };
  const { world } = options.context.actions;
  const [stopping, ending] = [new AbortController(), new AbortController()];
  const api = createApi({ ...options, signal: ending.signal });
  const username = await nameOf(api, options.signal);
  const transport = grammyTransport(api, world.log);
  const turns = createTurns();
  const talking: BotContext = { ...options.context, transport, turns, username, signal: stopping.signal };
  // Edits that add words make nobody want more of them.
  const words = createAddsWords(talking);
  const context = { ...talking, wantWords: words.want };
  const unasked = { ...talking, wantWords: words.wantUnasked };
  const deal = (incoming: Incoming) => converse(context, incoming);
  const intake = createIntake(world, turns, { deal, signal: stopping.signal });
  const secret = randomBytes(32).toString("hex");
  await (options.notify === null ? forgetMarks(context) : readMarks(context));
  await intake.resume();
  const loops = [
    setMenus(api, world.log, context.people),
    receiving({ ...options, secret, signal: stopping.signal }, world, api, intake),
    ticking(options, unasked),
  ];
  const worker = options.notify === null ? null : tellingWorker(unasked, options.notify.most);
  const ended = async () => {
    await Promise.all(loops);
    await worker?.drain();
    await intake.idle();
    await turns.idle();
    await words.idle();
  };
  return {
    username,
    page: webhookHandler(secret, intake),
    stop: () => {
      stopping.abort();
      return within(Math.min(GRACE_MS, options.unansweredMs), ending, ended);
    },
  };
}

/** What is being said may be said to its end, but not for long. */
async function within(graceMs: number, ending: AbortController, ended: () => Promise<void>): Promise<void> {
  const grace = setTimeout(() => ending.abort(), graceMs);
  await ended();
  clearTimeout(grace);
  ending.abort();
}

async function nameOf(api: Api, signal?: AbortSignal): Promise<string> {
  try {
    return (await api.getMe(signal && grammySignal(signal))).username ?? "agentpr";
  } catch (error) {
    const remedy = "Compare AGENTPR_TELEGRAM_BOT_TOKEN with what @BotFather says";
    if (error instanceof GrammyError)
      throw new Problem("Telegram does not know the bot", messageOf(error), remedy);
    const away = "Look at this machine's way to the internet, and at AGENTPR_TELEGRAM_API_ROOT";
    throw new Problem("Telegram cannot be reached", messageOf(error), away);
  }
}

async function ticking(
  { notify, tickMs = 1_000, cardRestMs }: BotOptions,
  context: BotContext,
): Promise<void> {
  const { log } = context.actions.world;
  while (await waited(tickMs, context.signal)) {
    try {
      await refreshCards(context, cardRestMs);
      if (notify !== null && (await hasNews(context))) await askToTell(context, notify.gatherMs);
      await trimButtons(context.actions.world.database);
    } catch (error) {
      log.warn({ why: messageOf(error) }, "cards and news wait for the next look");
    }
  }
}

/** What happens within the time of gathering goes into one message; one such job waits at a time. */
function askToTell({ actions: { world } }: BotContext, delayMs: number): Promise<void> {
  return world.database.transaction((trx) =>
    enqueue(world, trx, { kind: "notify", runId: null, payload: {}, key: "notify", once: "queued", delayMs }),
  );
}

function tellingWorker(context: BotContext, most: number) {
  return startWorker(context.actions.world, {
    lane: "telegram",
    name: "telegram",
    slots: 1,
    handlers: { notify: () => tellNews(context, most) },
    pollMs: 1_000,
    repositoryCap: 1,
  });
}
