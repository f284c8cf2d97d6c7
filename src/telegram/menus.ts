import type { Api } from "grammy";
import type { Logger } from "pino";
import type { Tier } from "../actions/actor.ts";
import { messageOf } from "../core/problem.ts";
import { menuOf } from "./help.ts";
import type { People } from "./people.ts";

/** Strangers are shown an empty menu, everybody else what they may say; a menu that cannot be set stops nothing. */
export async function setMenus(api: Api, log: Logger, { told, tierOfChat }: People): Promise<void> {
  await set(log, () => api.deleteMyCommands());
  await set(log, () => api.setMyCommands(menuOf("read"), { scope: { type: "all_group_chats" } }));
  for (const chatId of told) await set(log, () => setFor(api, chatId, tierOfChat(chatId)));
}

function setFor(api: Api, chatId: number, tier: Tier): Promise<unknown> {
  return api.setMyCommands(menuOf(tier), { scope: { type: "chat", chat_id: chatId } });
}

async function set(log: Logger, call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    log.warn({ why: messageOf(error) }, "a menu was not set");
  }
}
