import { randomBytes } from "node:crypto";
import { Api } from "grammy";
import { messageOf, Problem } from "../core/problem.ts";
import { trimButtons } from "../database/telegram-buttons.ts";
import { trimUpdates } from "../database/telegram-updates.ts";
import { enqueue } from "../engine/enqueue.ts";
import { waited } from "../engine/lease.ts";
import { startWorker } from "../engine/worker.ts";
import { createAddsWords } from "./add-words.ts";
import type { BotContext } from "./context.ts";
import { converse } from "./converse.ts";
import { createApi, grammyTransport } from "./grammy-transport.ts";
import { ALLOWED_UPDATES } from "./incoming.ts";
import { createIntake } from "./intake.ts";
import { setMenus } from "./menus.ts";
import { pollUpdates } from "./poll.ts";
import { refreshCards } from "./refresh-cards.ts";
import { hasNews, readMarks, tellNews } from "./tell-news.ts";
import { createTurns } from "./turns.ts";
import { TELEGRAM_PATH, webhookHandler } from "./webhook.ts";

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

const DAY_MS = 24 * 60 * 60_000;

/** The bot, in whichever process: news in, answers out, notices and cards kept going until it is stopped. */
export async function startBot(options: BotOptions): Promise<Bot> {
  const { world } = options.context.actions;
  const stopping = new AbortController();
  const api = createApi(options);
  const username = await nameOf(api);
  const transport = grammyTransport(api, world.log);
  const turns = createTurns();
  const talking: BotContext = { ...options.context, transport, turns, username, signal: stopping.signal };
  // Edits that add words make nobody want more of them.
  const words = createAddsWords(talking);
  const context = { ...talking, wantWords: words.want };
  const unasked = { ...talking, wantWords: words.wantUnasked };
  const intake = createIntake(world, turns, (incoming) => converse(context, incoming));
  const secret = randomBytes(32).toString("hex");
  await readMarks(context);
  await trimUpdates(world.database, 2 * DAY_MS);
  await intake.resume();
  await setMenus(api, world.log, context.people);
  const loops = [
    receiving(options, api, intake, { secret, signal: stopping.signal }),
    ticking(options, unasked),
  ];
  const worker = options.notify === null ? null : tellingWorker(unasked, options.notify.most);
  return {
    username,
    page: webhookHandler(secret, intake),
    stop: async () => {
      stopping.abort();
      await Promise.all(loops);
      await worker?.drain();
      await intake.idle();
      await words.idle();
    },
  };
}

async function nameOf(api: Api): Promise<string> {
  try {
    return (await api.getMe()).username ?? "agentpr";
  } catch (error) {
    throw new Problem(
      "Telegram does not know the bot",
      messageOf(error),
      "Compare AGENTPR_TELEGRAM_BOT_TOKEN with what @BotFather says",
    );
  }
}

type Receiving = { secret: string; signal: AbortSignal };

/** A webhook where the internet reaches us, else long polling; never both, because Telegram allows one of them. */
async function receiving(
  { publicUrl, pollTimeoutSec: timeoutSec, idleMs, context }: BotOptions,
  api: Api,
  intake: ReturnType<typeof createIntake>,
  { secret, signal }: Receiving,
): Promise<void> {
  if (publicUrl === null) {
    await api.deleteWebhook();
    return pollUpdates(context.actions.world, pollingApi(api), intake, { timeoutSec, idleMs, signal });
  }
  await api.setWebhook(`${publicUrl}${TELEGRAM_PATH}`, {
    secret_token: secret,
    allowed_updates: [...ALLOWED_UPDATES],
  });
}

/** Polling tries again by itself, and must end at once when the bot does. */
function pollingApi({ token, options }: Api): Api {
  return new Api(token, { ...options, timeoutSeconds: 700 });
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
