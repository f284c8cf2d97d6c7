import { resolve } from "node:path";
import type { ActionContext } from "../actions/action.ts";
import type { LoadedPolicy } from "../config/policy-file.ts";
import type { AppSettings } from "../config/settings.ts";
import type { TelegramPeople, TelegramSettings } from "../config/telegram-env.ts";
import { Problem } from "../core/problem.ts";
import { openAuditLog } from "../github/app/audit-log.ts";
import type { BotContext, CardWords, WordsSettings } from "../telegram/context.ts";
import { createLimits } from "../telegram/limits.ts";
import { peopleOf } from "../telegram/people.ts";
import { type Bot, startBot } from "../telegram/start-bot.ts";
import type { Lender } from "./lend-to-read.ts";
import { readPatch } from "./read-patch.ts";

export type TelegramOrder = {
  settings: AppSettings;
  policy: Pick<LoadedPolicy, "telegramBot">;
  actions: ActionContext;
  /** What a model adds, where there is one. */
  models?: { understand: WordsSettings["understand"]; cardWords: CardWords | null };
  /** For diffs of what is not public; absent shows none of them. */
  lend?: Lender;
  /** For development: whoever speaks is let in. */
  anyChat?: boolean;
  /** False only where nobody minds the pace, as in tests. */
  throttled?: boolean;
  /** Longest wait for an answer of Telegram's. */
  unansweredMs?: number;
  /** Ends a start that is under way. */
  signal?: AbortSignal;
  tickMs?: number;
  cardRestMs?: number;
};

export type RunningBot = Bot & { close(): Promise<void> };

/** The bot on a world that is open already. */
export async function startTelegram(order: TelegramOrder): Promise<RunningBot> {
  const { settings, policy, throttled, unansweredMs, signal, tickMs, cardRestMs } = order;
  const { token, apiRoot, publicUrl, notify } = settings.telegram;
  if (token === null) throw withoutToken();
  const { poll_timeout_sec, idle_sleep_sec } = policy.telegramBot;
  const audit = openAudit(order);
  const bot = await startBot({
    ...{ token, apiRoot, publicUrl, notify },
    ...(throttled === undefined ? {} : { throttled }),
    ...(unansweredMs === undefined ? {} : { unansweredMs }),
    ...(signal === undefined ? {} : { signal }),
    ...(tickMs === undefined ? {} : { tickMs }),
    ...(cardRestMs === undefined ? {} : { cardRestMs }),
    pollTimeoutSec: poll_timeout_sec,
    idleMs: idle_sleep_sec * 1_000,
    context: { ...talkContext(order), audit: audit.write },
  });
  saySoOnce(order);
  const close = async () => {
    await bot.stop();
    await audit.close();
  };
  return { ...bot, close };
}

/** What the conversation needs, whatever it is held over. */
export function talkContext(
  order: TelegramOrder,
): Omit<BotContext, "transport" | "turns" | "username" | "signal" | "audit"> {
  const { settings, policy, actions, models, lend, anyChat = false } = order;
  const where = { database: actions.world.database, githubUrl: settings.github.webUrl };
  const { people, words } = settings.telegram;
  const { rate_limit_window_sec, rate_limit_per_chat, rate_limit_global, list_limit } = policy.telegramBot;
  if (!anyChat) requireSomebody(people);
  const understand = models?.understand ?? null;
  if (understand === null && words.mode === "llm") throw withoutModel(settings);
  const cardWords = models?.cardWords ?? null;
  refuseWhy(settings.telegram.why, cardWords);
  return {
    // Cards have their words from a model of their own, and no answer waits for them.
    actions: { ...actions, explainer: null },
    people: peopleOf({ ...people, anyChat }),
    limits: createLimits({
      windowMs: rate_limit_window_sec * 1_000,
      perChat: rate_limit_per_chat,
      global: rate_limit_global,
      nowMs: () => performance.now(),
    }),
    listLimit: list_limit,
    words: { mode: words.mode, understand, timeoutMs: words.timeoutMs },
    cardWords,
    githubUrl: settings.github.webUrl,
    patchOf: (run, { alone, signal }) =>
      readPatch({ ...where, lend: alone ? (lend ?? null) : null }, run, signal),
  };
}

function openAudit({ settings, policy, actions }: TelegramOrder) {
  return openAuditLog({
    file: resolve(settings.dataDir, "reports", policy.telegramBot.audit_log_file),
    onError: (error) => actions.world.log.warn({ err: error }, "audit line not written"),
  });
}

function withoutModel({ telegram }: AppSettings): Problem {
  const { apiKeyEnv } = telegram.words;
  return new Problem(
    "AGENTPR_TELEGRAM_NL_MODE=llm cannot be used",
    `no model can be asked: ${apiKeyEnv} is not set`,
    `Set ${apiKeyEnv} in .env, or AGENTPR_TELEGRAM_NL_MODE=rules`,
  );
}

/** Said by a bot that is up, so not for every try to start one. */
function saySoOnce({ settings, actions, models }: TelegramOrder): void {
  const { mode, apiKeyEnv } = settings.telegram.words;
  if (mode === "hybrid" && !models?.understand)
    actions.world.log.warn(`plain words are understood by rules alone: ${apiKeyEnv} is not set`);
}

function refuseWhy({ mode, apiKeyEnv }: TelegramSettings["why"], cardWords: CardWords | null): void {
  if (mode === "llm" && cardWords === null)
    throw new Problem(
      "AGENTPR_TELEGRAM_DECISION_WHY_MODE=llm cannot be used",
      `no model can be asked: ${apiKeyEnv} is not set`,
      `Set ${apiKeyEnv} in .env, or AGENTPR_TELEGRAM_DECISION_WHY_MODE=hybrid`,
    );
}

function requireSomebody(people: TelegramPeople): void {
  const all = Object.values(people).flatMap(({ chats, users }) => [...chats, ...users]);
  if (all.length > 0) return;
  throw new Problem(
    "Nobody may talk to the Telegram bot",
    "no chat and no person is listed",
    "Set AGENTPR_TELEGRAM_ALLOW_CHAT_IDS in .env, or give --allow-chat-id",
  );
}

function withoutToken(): Problem {
  return new Problem(
    "There is no Telegram bot to run",
    "AGENTPR_TELEGRAM_BOT_TOKEN is not set",
    "Ask @BotFather for a bot, and set its token in .env",
  );
}
