import { parseHtml } from "./parse-html.ts";
import { type Key, messageOf, type Shown, type State } from "./state.ts";

export type Payload = Record<string, unknown>;
type Refusal = { ok: false; error_code: number; description: string; parameters?: object };
export type Result = { ok: true; result: unknown } | Refusal;
type Method = (state: State, payload: Payload) => Result;

const MOST_TEXT = 4_096;
const MOST_DATA = 64;

/** Everything that the bot uses of the Bot API, but for the question for updates. */
export const METHODS: Readonly<Record<string, Method>> = {
  getMe: ({ bot }) => done({ ...bot, can_join_groups: true, can_read_all_group_messages: false }),
  setMyCommands: (state, { commands, scope }) => {
    state.menus.set(JSON.stringify(scope ?? {}), commands);
    return done(true);
  },
  deleteMyCommands: (state, { scope }) => {
    state.menus.delete(JSON.stringify(scope ?? {}));
    return done(true);
  },
  setWebhook: (state, { url, secret_token }) => {
    state.webhook = url ? { url: String(url), secret: String(secret_token ?? "") } : null;
    return done(true);
  },
  deleteWebhook: (state) => {
    state.webhook = null;
    return done(true);
  },
  sendMessage,
  editMessageText,
  editMessageReplyMarkup: (state, payload) => editMessageText(state, { ...payload, text: null }),
  answerCallbackQuery,
  sendDocument,
};

export function refused(error_code: number, description: string): Refusal {
  return { ok: false, error_code, description };
}

function done(result: unknown): Result {
  return { ok: true, result };
}

function sendMessage(state: State, payload: Payload): Result {
  const chatId = Number(payload.chat_id);
  const closed = closedTo(state, chatId);
  if (closed !== null) return closed;
  const words = wordsOf(payload);
  if ("error_code" in words) return words;
  return done(put(state, { chatId, ...words, document: null }));
}

function editMessageText(state: State, payload: Payload): Result {
  const chatId = Number(payload.chat_id);
  const closed = closedTo(state, chatId);
  if (closed !== null) return closed;
  const known = state.messages.find(
    (each) => each.chatId === chatId && each.messageId === Number(payload.message_id),
  );
  if (known === undefined) return refused(400, "Bad Request: message to edit not found");
  const words = wordsOf(
    payload.text === null ? { ...payload, text: known.html, parse_mode: "HTML" } : payload,
  );
  if ("error_code" in words) return words;
  if (words.html === known.html && JSON.stringify(words.keyboard) === JSON.stringify(known.keyboard))
    return refused(
      400,
      "Bad Request: message is not modified: specified new message content and reply markup are exactly the same",
    );
  Object.assign(known, words, { edits: known.edits + 1 });
  write(state, "**Bot** (edits its card)", known);
  return done(messageOf(state, known, now()));
}

function answerCallbackQuery(state: State, { callback_query_id, text, show_alert }: Payload): Result {
  const id = String(callback_query_id);
  if (id.startsWith("old"))
    return refused(400, "Bad Request: query is too old and response timeout expired or query ID is invalid");
  if (String(text ?? "").length > 200) return refused(400, "Bad Request: MESSAGE_TOO_LONG");
  state.answers.push({ id, text: String(text ?? ""), alert: show_alert === true });
  return done(true);
}

function sendDocument(state: State, { chat_id, document, caption, parse_mode }: Payload): Result {
  const chatId = Number(chat_id);
  const closed = closedTo(state, chatId);
  if (closed !== null) return closed;
  const words = wordsOf({ text: caption ?? " . ", parse_mode });
  if ("error_code" in words) return words;
  return done(put(state, { chatId, ...words, document: document as Shown["document"] }));
}

/** Null for a chat that takes what the bot says. */
function closedTo({ blocked, moved }: State, chatId: number): Refusal | null {
  if (blocked.has(chatId)) return refused(403, "Forbidden: bot was blocked by the user");
  const movedTo = moved.get(chatId);
  if (movedTo === undefined) return null;
  const upgraded = refused(400, "Bad Request: group chat was upgraded to a supergroup chat");
  return { ...upgraded, parameters: { migrate_to_chat_id: movedTo } };
}

type Words = { text: string; html: string; keyboard: Key[][] };

function wordsOf({ text: given, parse_mode, reply_markup }: Payload): Words | Refusal {
  const html = String(given ?? "");
  const parsed = parse_mode === "HTML" ? parseHtml(html) : { ok: true as const, text: html };
  if (!parsed.ok) return refused(400, `Bad Request: can't parse entities: ${parsed.why}`);
  if (parsed.text.trim() === "") return refused(400, "Bad Request: message text is empty");
  if (parsed.text.length > MOST_TEXT) return refused(400, "Bad Request: message is too long");
  const keyboard = keyboardOf(reply_markup);
  if (
    keyboard
      .flat()
      .some(({ callback_data }) => Buffer.byteLength(callback_data) > MOST_DATA || callback_data === "")
  )
    return refused(400, "Bad Request: BUTTON_DATA_INVALID");
  return { text: parsed.text, html, keyboard };
}

function keyboardOf(markup: unknown): Key[][] {
  const read = typeof markup === "string" ? JSON.parse(markup) : markup;
  return (read as { inline_keyboard?: Key[][] } | undefined)?.inline_keyboard ?? [];
}

function put(state: State, words: Omit<Shown, "messageId" | "edits">): unknown {
  const shown = { ...words, messageId: state.nextMessage++, edits: 0 };
  write(state, "**Bot**", shown);
  state.messages.push(shown);
  return messageOf(state, shown, now());
}

function write(
  { transcript }: State,
  who: string,
  { text, keyboard }: Pick<Shown, "text" | "keyboard">,
): void {
  const keys = keyboard.map((row) => row.map((key) => `\`${key.text}\``).join(" "));
  const lines = [...text.split("\n"), ...keys].filter((line) => line.trim() !== "");
  transcript.push(`${who}\n\n${lines.map((line) => `> ${line}  `).join("\n")}`);
}

function now(): number {
  return Math.floor(Date.now() / 1_000);
}
