import type { Chat, Update } from "grammy/types";
import { chatOf, type Key, type Shown, type State, userOf } from "./state.ts";

export type Person = { id: number; name: string };
type Where = { chatId?: number; type?: Chat["type"] };

/** What people do in Telegram. */
export type Speakers = {
  /** Says something; in the person's private chat unless a chat is named. Gives the update, to be sent once more. */
  say(person: Person, text: string, where?: Where): Update;
  /** Presses a button, or anything else that a forged client might send as one. Gives the callback's id. */
  press(person: Person, shown: Pick<Shown, "chatId" | "messageId">, data: string): string;
  /** Delivers an update, new or once more. */
  deliver(update: Update): void;
  /** What a chat shows now, oldest first. */
  shown(chatId: number): Shown[];
  /** The newest button of that name in a chat; null while there is none. */
  button(chatId: number, label: string): { shown: Shown; key: Key } | null;
};

export function speakers(state: State): Speakers {
  const deliver = (update: Update) => {
    if (state.webhook !== null) return void post(state, update);
    state.updates.push(update);
    state.arrived();
  };
  const shown = (chatId: number) => state.messages.filter((each) => each.chatId === chatId);
  return {
    deliver,
    shown,
    say: (person, text, { chatId = person.id, type } = {}) => {
      const update = wordsUpdate(state, person, { text, chat: chatOf(chatId, type) });
      state.transcript.push(`**${person.name}**: ${text}`);
      deliver(update);
      return update;
    },
    press: (person, { chatId, messageId }, data) => {
      const update = pressUpdate(state, person, { chat: chatOf(chatId), messageId, data });
      deliver(update);
      return update.callback_query?.id ?? "";
    },
    button: (chatId, label) => {
      for (const each of shown(chatId).toReversed()) {
        const key = each.keyboard.flat().find(({ text }) => text.includes(label));
        if (key !== undefined) return { shown: each, key };
      }
      return null;
    },
  };
}

function wordsUpdate(state: State, person: Person, { text, chat }: { text: string; chat: Chat }): Update {
  const date = Math.floor(Date.now() / 1_000);
  const message = {
    message_id: 1_000_000 + state.nextMessage++,
    date,
    chat,
    from: userOf(person.id, person.name),
    text,
  };
  return { update_id: state.nextUpdate++, message: message as NonNullable<Update["message"]> };
}

type Pressed = { chat: Chat; messageId: number; data: string };

function pressUpdate(state: State, person: Person, { chat, messageId, data }: Pressed): Update {
  const update_id = state.nextUpdate++;
  const message = { message_id: messageId, date: 0, chat } as const;
  const from = userOf(person.id, person.name);
  return { update_id, callback_query: { id: `cb-${update_id}`, from, message, chat_instance: "1", data } };
}

/** As Telegram sends it; what is not taken is kept and sent again by the real one, here by whoever tests it. */
async function post({ webhook }: State, update: Update): Promise<void> {
  if (webhook === null) return;
  await fetch(webhook.url, {
    method: "POST",
    headers: { "content-type": "application/json", "x-telegram-bot-api-secret-token": webhook.secret },
    body: JSON.stringify(update),
  }).catch(() => undefined); // whoever listens there has gone
}
