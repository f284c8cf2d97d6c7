// A conversation without any HTTP: what would be sent is held to Telegram's own strictness, and every fault of it is kept.
import { METHODS } from "../../demo/telegram/methods.ts";
import { createState, type State } from "../../demo/telegram/state.ts";
import type { ActionContext } from "../../src/actions/action.ts";
import { DEFAULT_POLICY } from "../../src/core/policy.ts";
import type { World } from "../../src/engine/world.ts";
import type { AuditLine, BotContext } from "../../src/telegram/context.ts";
import { peopleOf } from "../../src/telegram/people.ts";
import type { Message, Transport } from "../../src/telegram/transport.ts";
import { createTurns } from "../../src/telegram/turns.ts";
import { ADA, CHANNEL, GROUP, RIA, WREN } from "./telegram-talk.ts";

export type Paper = { context: BotContext; state: State; refusals: string[]; audit: AuditLine[] };

export function createPaper(world: World): Paper {
  const state = createState();
  const refusals: string[] = [];
  const audit: AuditLine[] = [];
  const call = (method: string, payload: Record<string, unknown>) => {
    const result = METHODS[method]?.(state, payload);
    if (result?.ok !== true) refusals.push(result?.description ?? method);
    return (result?.ok ? result.result : { message_id: 0 }) as { message_id: number };
  };
  const told = ({ html, keyboard }: Message) => ({
    text: html,
    parse_mode: "HTML",
    reply_markup: {
      inline_keyboard: keyboard.map((row) => row.map(({ text, data }) => ({ text, callback_data: data }))),
    },
  });
  const transport: Transport = {
    send: async (chat_id, message) => ({
      kind: "sent",
      messageId: call("sendMessage", { chat_id, ...told(message) }).message_id,
    }),
    edit: async (chat_id, message_id, message) => {
      call("editMessageText", { chat_id, message_id, ...told(message) });
      return "edited";
    },
    answer: async (callback_query_id, text, { alert }) =>
      void call("answerCallbackQuery", { callback_query_id, text: text.slice(0, 200), show_alert: alert }),
    sendDocument: async (chat_id, { caption, ...document }) => ({
      kind: "sent",
      messageId: call("sendDocument", { chat_id, document, caption: caption.html, parse_mode: "HTML" })
        .message_id,
    }),
  };
  const actions: ActionContext = {
    world,
    github: null,
    policyFor: () => DEFAULT_POLICY,
    promptFault: () => null,
    defaults: { promptVersion: "v1", autokick: true },
  };
  const nobody = { chats: [], users: [] };
  const context: BotContext = {
    actions,
    transport,
    turns: createTurns(),
    people: peopleOf({
      read: { chats: [GROUP, CHANNEL], users: [RIA.id] },
      write: { ...nobody, users: [WREN.id] },
      admin: { ...nobody, users: [ADA.id] },
    }),
    limits: { take: () => "free" },
    listLimit: 20,
    username: "agentpr_bot",
    words: { mode: "rules", understand: null, timeoutMs: 1_000 },
    githubUrl: "https://github.com",
    cardWords: null,
    patchOf: async () => "diff --git a/a b/a\n",
    audit: (line) => void audit.push(line),
    signal: new AbortController().signal,
  };
  return { context, state, refusals, audit };
}
