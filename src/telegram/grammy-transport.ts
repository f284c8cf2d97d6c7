import { autoRetry } from "@grammyjs/auto-retry";
import { apiThrottler } from "@grammyjs/transformer-throttler";
import { Api, GrammyError, InputFile } from "grammy";
import type { Logger } from "pino";
import { plain } from "./html.ts";
import type { Edited, Message, Sent, Transport } from "./transport.ts";

type ApiOptions = {
  token: string;
  apiRoot: string;
  /** False only where nobody minds the pace, as in tests. */
  throttled?: boolean;
};

/** Waits as long as Telegram says, keeps to its pace, and gives up in the end: whoever asked must get on. */
export function createApi({ token, apiRoot, throttled = true }: ApiOptions): Api {
  const api = new Api(token, { apiRoot, timeoutSeconds: 30 });
  if (throttled) api.config.use(apiThrottler());
  api.config.use(autoRetry({ maxRetryAttempts: 5, maxDelaySeconds: 120 }));
  return api;
}

/** Messages by the Bot API. What a chat refuses is a value; what nobody answered is thrown. */
export function grammyTransport(api: Api, log: Logger): Transport {
  return {
    send: (chatId, message) => sent(() => sendMessage(api, log, chatId, message)),
    edit: (chatId, messageId, message) => edited(() => editMessage(api, log, { chatId, messageId, message })),
    answer: (callbackId, text, { alert }) =>
      answered(() => api.answerCallbackQuery(callbackId, { text: text.slice(0, 200), show_alert: alert })),
    sendDocument: (chatId, { name, text, caption }) =>
      sent(() =>
        api.sendDocument(chatId, new InputFile(Buffer.from(text), name), {
          caption: caption.html.slice(0, 1_000),
          parse_mode: "HTML",
        }),
      ),
  };
}

const AS_HTML = { parse_mode: "HTML", link_preview_options: { is_disabled: true } } as const;

async function sendMessage(api: Api, log: Logger, chatId: number, message: Message) {
  const reply_markup = keyboardOf(message);
  try {
    return await api.sendMessage(chatId, message.html, { ...AS_HTML, reply_markup });
  } catch (error) {
    if (!isUnparsed(error)) throw error;
    log.error({ err: error }, "Telegram could not read our HTML; sent as plain text");
    return api.sendMessage(chatId, plain(message.html), { reply_markup });
  }
}

type Edit = { chatId: number; messageId: number; message: Message };

async function editMessage(api: Api, log: Logger, { chatId, messageId, message }: Edit) {
  const reply_markup = keyboardOf(message);
  try {
    return await api.editMessageText(chatId, messageId, message.html, { ...AS_HTML, reply_markup });
  } catch (error) {
    if (!isUnparsed(error)) throw error;
    log.error({ err: error }, "Telegram could not read our HTML; edited as plain text");
    return api.editMessageText(chatId, messageId, plain(message.html), { reply_markup });
  }
}

function keyboardOf({ keyboard }: Message) {
  return {
    inline_keyboard: keyboard.map((row) => row.map(({ text, data }) => ({ text, callback_data: data }))),
  };
}

async function sent(call: () => Promise<{ message_id: number }>): Promise<Sent> {
  try {
    return { kind: "sent", messageId: (await call()).message_id };
  } catch (error) {
    if (isClosed(error)) return { kind: "closed" };
    throw error;
  }
}

async function edited(call: () => Promise<unknown>): Promise<Edited> {
  try {
    await call();
    return "edited";
  } catch (error) {
    if (isClosed(error)) return "closed";
    if (says(error, /message is not modified/i)) return "edited";
    if (says(error, /message to edit not found|can't be edited|MESSAGE_ID_INVALID/i)) return "gone";
    throw error;
  }
}

/** A press that is answered too late has stopped blinking by itself. */
async function answered(call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!says(error, /query is too old|query ID is invalid/i)) throw error;
  }
}

function isClosed(error: unknown): boolean {
  return (
    (error instanceof GrammyError && error.error_code === 403) ||
    says(error, /chat not found|user is deactivated/i)
  );
}

function isUnparsed(error: unknown): boolean {
  return says(error, /can't parse entities/i);
}

function says(error: unknown, words: RegExp): boolean {
  return error instanceof GrammyError && words.test(error.description);
}
