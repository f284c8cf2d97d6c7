import type { IncomingMessage, ServerResponse } from "node:http";
import type { Fact } from "../actions/reply.ts";
import type { LoadedPolicy } from "../config/policy-file.ts";
import type { AppSettings } from "../config/settings.ts";
import { messageOf } from "../core/problem.ts";
import { waited } from "../engine/lease.ts";
import type { SharedContext } from "../jobs/context.ts";
import { actionContext } from "./action-context.ts";
import { lenderBy } from "./lend-to-read.ts";
import { type RunningBot, startTelegram, type TelegramOrder, talkContext } from "./start-telegram.ts";
import { cardWordsModel, wordsModel } from "./telegram-models.ts";

export type KeptBot = {
  ready: readonly Fact[];
  page(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  close(): Promise<void>;
};

const AGAIN_MS = 30_000;

type Beside = { settings: AppSettings; policy: LoadedPolicy; context: SharedContext };

/** The bot runs inside the app when its token is set. */
export async function telegramBeside({ settings, policy, context }: Beside): Promise<KeptBot | null> {
  if (settings.telegram.token === null) return null;
  const actions = actionContext(settings, context);
  const models = { understand: await wordsModel(settings), cardWords: cardWordsModel(settings, actions) };
  return keepTelegram({ settings, policy, models, actions, lend: lenderBy(context) });
}

/** The bot beside the rest of the app: settings that cannot work are refused at once, a Telegram that is away is waited for. */
function keepTelegram(order: TelegramOrder): KeptBot {
  talkContext(order);
  const stopping = new AbortController();
  let bot: RunningBot | null = null;
  const started = startSometime(order, stopping.signal).then((running) => {
    bot = running;
  });
  const { publicUrl } = order.settings.telegram;
  return {
    ready: [["Telegram", publicUrl === null ? "polled" : `webhooks at ${publicUrl}`]],
    page: async (request, response) => (await bot?.page(request, response)) ?? false,
    close: async () => {
      stopping.abort();
      await started;
      await bot?.close();
    },
  };
}

async function startSometime(order: TelegramOrder, signal: AbortSignal): Promise<RunningBot | null> {
  while (!signal.aborted) {
    try {
      return await startTelegram({ ...order, signal });
    } catch (error) {
      order.actions.world.log.warn(
        { why: messageOf(error) },
        "the Telegram bot has not started; tried again soon",
      );
      await waited(AGAIN_MS, signal);
    }
  }
  return null;
}
