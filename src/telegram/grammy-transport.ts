import { type Api, GrammyError, InputFile } from "grammy";
import type { Logger } from "pino";
import { messageOf } from "../core/problem.ts";
import { plain } from "./html.ts";
import { type Edited, type Message, type Sent, ToldToWait, type Transport } from "./transport.ts";

/** Messages by the Bot API. What Telegram refuses is a value; what nobody answered is thrown. */
export function grammyTransport(api: Api, log: Logger): Transport {
  return {
    send: (chatId, message) => sent(() => sendMessage(api, log, chatId, message)),
    edit: (chatId, messageId, message) =>
      edited(log, () => editMessage(api, log, { chatId, messageId, message })),
    answer: (callbackId, text, { alert }) =>
      answered(log, () =>
        api.answerCallbackQuery(callbackId, { text: text.slice(0, 200), show_alert: alert }),
      ),
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
    const refusal = refusalOf(error);
    if (!CLOSED.test(refusal.description)) return { kind: "refused", why: refusal.description };
    const movedTo = refusal.parameters.migrate_to_chat_id;
    return { kind: "closed", ...(movedTo === undefined ? {} : { movedTo }) };
  }
}

async function edited(log: Logger, call: () => Promise<unknown>): Promise<Edited> {
  try {
    await call();
    return "edited";
  } catch (error) {
    const { description } = refusalOf(error);
    if (CLOSED.test(description)) return "closed";
    if (/message is not modified/i.test(description)) return "edited";
    if (!GONE.test(description)) log.error({ why: description }, "Telegram refused an edit");
    return "gone";
  }
}

/** A press that is answered too late has stopped blinking by itself. */
async function answered(log: Logger, call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    log.info({ why: messageOf(error) }, "a press was not answered");
  }
}

const CLOSED =
  /^Forbidden|chat not found|user is deactivated|upgraded to a supergroup|not enough rights|no rights to send|CHAT_WRITE_FORBIDDEN|CHAT_RESTRICTED|need administrator rights/i;
const GONE = /message to edit not found|can't be edited|MESSAGE_ID_INVALID/i;

/** Telegram's no to what was asked, which it would say again; anything else may go better later, and is thrown. */
function refusalOf(error: unknown): GrammyError {
  if (!(error instanceof GrammyError)) throw error;
  const seconds = error.parameters.retry_after;
  if (seconds !== undefined) throw new ToldToWait(seconds * 1_000);
  if (error.error_code === 401 || error.error_code >= 500) throw error;
  return error;
}

function isUnparsed(error: unknown): boolean {
  return error instanceof GrammyError && /can't parse entities/i.test(error.description);
}
