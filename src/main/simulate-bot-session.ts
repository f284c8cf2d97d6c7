import { loadAppKey } from "../config/app-key.ts";
import { loadPolicy } from "../config/policy-file.ts";
import type { AppSettings } from "../config/settings.ts";
import { SIMULATED_CHAT } from "../database/telegram-cards.ts";
import { findChat } from "../database/telegram-chats.ts";
import { simulateSession } from "../telegram/simulate.ts";
import { openLog, openWorld } from "./open-world.ts";
import { talkContext } from "./start-telegram.ts";
import { telegramParts } from "./telegram-parts.ts";

export type SimulatedOrder = {
  lines: readonly string[];
  listLimit: number;
  nlMode?: "rules" | "hybrid" | "llm";
  whyMode?: "off" | "hybrid" | "llm";
};

/** The bot's conversation with an operator who may do everything, on the real database but without Telegram. */
export async function simulateBotSession(given: AppSettings, order: SimulatedOrder) {
  const { telegram } = given;
  const nl_mode = order.nlMode ?? telegram.words.mode;
  const decision_why_mode = order.whyMode ?? telegram.why.mode;
  const settings = {
    ...given,
    telegram: {
      ...telegram,
      words: { ...telegram.words, mode: nl_mode },
      why: { ...telegram.why, mode: decision_why_mode },
    },
  };
  const policy = loadPolicy(settings.policyFile);
  const log = openLog("error", "simulation");
  const world = await openWorld({
    databaseUrl: settings.databaseUrl,
    key: loadAppKey(settings.dataDir),
    log,
  });
  try {
    const { actions, models } = await telegramParts(settings, policy, world);
    const talk = talkContext({ settings, policy, actions, models, anyChat: true });
    const context = {
      ...talk,
      people: { ...talk.people, tierIn: () => "admin" as const },
      limits: { take: () => "free" as const },
      listLimit: order.listLimit,
      audit: () => undefined,
      signal: new AbortController().signal,
    };
    const transcript = await simulateSession(context, order.lines);
    const { runId: last_run_id } = await findChat(world.database.knex, SIMULATED_CHAT);
    const llm_clients = {
      nl_available: talk.words.understand !== null,
      decision_available: talk.cardWords !== null,
    };
    return {
      ok: true,
      message_count: transcript.length,
      ...{ nl_mode, decision_why_mode, llm_clients, last_run_id, transcript },
    };
  } finally {
    await world.close();
  }
}
