import type { Chat, Message, Update, User } from "grammy/types";

export type Key = { text: string; callback_data: string };
export type Shown = {
  chatId: number;
  messageId: number;
  /** As people read it. */
  text: string;
  html: string;
  keyboard: Key[][];
  document: { name: string; text: string } | null;
  edits: number;
};
export type Answer = { id: string; text: string; alert: boolean };
export type Call = { method: string; payload: Record<string, unknown>; at: number };

/** What goes wrong next, and how often: by method, or for all of them; in one chat, or wherever. */
export type Fault = {
  method: string | null;
  chatId?: number;
  /** `hang` takes the call and never answers; `deaf` also carries it out. */
  kind: "too_many" | "server_error" | "refuse" | "drop" | "hang" | "deaf" | "late";
  times: number;
  seconds?: number;
};

export type State = {
  bot: User;
  messages: Shown[];
  answers: Answer[];
  calls: Call[];
  /** Who said what, in order. */
  transcript: string[];
  menus: Map<string, unknown>;
  updates: Update[];
  webhook: { url: string; secret: string } | null;
  /** Chats that have blocked the bot. */
  blocked: Set<number>;
  /** Groups that became supergroups, with their new numbers. */
  moved: Map<number, number>;
  faults: Fault[];
  nextUpdate: number;
  nextMessage: number;
  /** Woken when there is something to fetch. */
  arrived: () => void;
};

export const BOT: User & { is_bot: true } = {
  id: 777_000_111,
  is_bot: true,
  first_name: "agentpr",
  username: "agentpr_bot",
};

export function createState(): State {
  return {
    bot: BOT,
    messages: [],
    answers: [],
    calls: [],
    transcript: [],
    menus: new Map(),
    updates: [],
    webhook: null,
    blocked: new Set(),
    moved: new Map(),
    faults: [],
    nextUpdate: 1_000,
    nextMessage: 1,
    arrived: () => undefined,
  };
}

/** A chat as Telegram describes it; the sign of its number says what it is. */
export function chatOf(id: number, type: Chat["type"] = id > 0 ? "private" : "supergroup"): Chat {
  if (type === "private") return { id, type, first_name: "Somebody" };
  return type === "channel" ? { id, type, title: "A channel" } : { id, type: "supergroup", title: "A group" };
}

export function userOf(id: number, name: string): User {
  return { id, is_bot: false, first_name: name, username: name.toLowerCase() };
}

/** A message of the bot as the Bot API returns it. */
export function messageOf({ bot }: State, { chatId, messageId, text }: Shown, at: number): Message {
  return { message_id: messageId, date: at, chat: chatOf(chatId), from: bot, text } as Message;
}
