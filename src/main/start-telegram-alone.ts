import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { loadAppKey } from "../config/app-key.ts";
import { type LoadedPolicy, loadPolicy } from "../config/policy-file.ts";
import type { AppSettings } from "../config/settings.ts";
import { openLender } from "./lend-to-read.ts";
import { openLog, openWorld } from "./open-world.ts";
import type { Running } from "./start-app.ts";
import { type RunningBot, startTelegram } from "./start-telegram.ts";
import { telegramParts } from "./telegram-parts.ts";

export type TelegramFlags = {
  telegramToken?: string;
  allowChatId?: number[];
  writeChatId?: number[];
  adminChatId?: number[];
  pollTimeoutSec?: number;
  idleSleepSec?: number;
  listLimit?: number;
  rateLimitWindowSec?: number;
  rateLimitPerChat?: number;
  rateLimitGlobal?: number;
  auditLogFile?: string;
};

/** The bot alone: its work is done by an app on the same database. */
export async function startTelegramAlone(
  given: AppSettings,
  flags: TelegramFlags & { anyChat: boolean },
): Promise<Running> {
  const settings = withFlags(given, flags);
  const policy = policyWith(loadPolicy(settings.policyFile), flags);
  const log = openLog(settings.logLevel, "telegram");
  const world = await openWorld({
    databaseUrl: settings.databaseUrl,
    key: loadAppKey(settings.dataDir),
    log,
  });
  try {
    const { actions, models } = await telegramParts(settings, policy, world);
    const bot = await startTelegram({
      ...{ settings, policy, actions, models, anyChat: flags.anyChat },
      lend: openLender({ settings, policyFor: policy.policyFor, world }),
    });
    const server = settings.telegram.publicUrl === null ? null : await listen(settings, bot);
    const stop = async () => {
      await server?.close();
      await bot.close();
      await world.close();
    };
    const at = server === null ? "polled" : `webhooks on port ${server.port}`;
    return { ready: [["Telegram", `@${bot.username}, ${at}`]], drain: stop, stop };
  } catch (error) {
    await world.close();
    throw error;
  }
}

function withFlags(settings: AppSettings, flags: TelegramFlags): AppSettings {
  const { telegram } = settings;
  const { people } = telegram;
  return {
    ...settings,
    telegram: {
      ...telegram,
      token: flags.telegramToken ?? telegram.token,
      people: {
        read: { ...people.read, chats: flags.allowChatId ?? people.read.chats },
        write: { ...people.write, chats: flags.writeChatId ?? people.write.chats },
        admin: { ...people.admin, chats: flags.adminChatId ?? people.admin.chats },
      },
    },
  };
}

function policyWith(policy: LoadedPolicy, flags: TelegramFlags): LoadedPolicy {
  const own = policy.telegramBot;
  return {
    ...policy,
    telegramBot: {
      poll_timeout_sec: flags.pollTimeoutSec ?? own.poll_timeout_sec,
      idle_sleep_sec: flags.idleSleepSec ?? own.idle_sleep_sec,
      list_limit: flags.listLimit ?? own.list_limit,
      rate_limit_window_sec: flags.rateLimitWindowSec ?? own.rate_limit_window_sec,
      rate_limit_per_chat: flags.rateLimitPerChat ?? own.rate_limit_per_chat,
      rate_limit_global: flags.rateLimitGlobal ?? own.rate_limit_global,
      audit_log_file: flags.auditLogFile === undefined ? own.audit_log_file : resolve(flags.auditLogFile),
    },
  };
}

/** With a public address but without the app, the bot listens itself. */
async function listen({ host, port }: AppSettings, bot: RunningBot) {
  const server = createServer((request, response) => {
    bot.page(request, response).then(
      (answered) => answered || response.writeHead(404).end(),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((ready, fail) => {
    server.once("error", fail);
    server.listen(port, host, ready);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
