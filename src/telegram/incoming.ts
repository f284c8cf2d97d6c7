import { z } from "zod";

const RawPerson = z.object({
  id: z.number().int(),
  is_bot: z.boolean(),
  first_name: z.string(),
  username: z.string().optional(),
});
const RawChat = z.object({ id: z.number().int(), type: z.string() });
const RawMessage = z.object({
  message_id: z.number().int(),
  from: RawPerson.optional(),
  /** Set when a channel or an anonymous admin speaks: then nobody knows who. */
  sender_chat: z.object({ id: z.number() }).optional(),
  chat: RawChat,
  text: z.string().optional(),
  /** Set when somebody passes on what was said elsewhere. */
  forward_origin: z.unknown().optional(),
});
const RawPress = z.object({
  id: z.string(),
  from: RawPerson,
  message: z.object({ message_id: z.number().int(), chat: RawChat }).optional(),
  data: z.string().optional(),
});
const RawMembership = z.object({ chat: RawChat, new_chat_member: z.object({ status: z.string() }) });
const Update = z.object({
  update_id: z.number().int(),
  message: RawMessage.optional(),
  callback_query: RawPress.optional(),
  my_chat_member: RawMembership.optional(),
});

/** What Telegram is asked for; the rest is none of our business. */
export const ALLOWED_UPDATES = ["message", "callback_query", "my_chat_member"] as const;

type From = { updateId: number; chat: { id: number; type: string }; person: { id: number; name: string } };
export type Words = From & { kind: "words"; text: string; isForwarded?: boolean };
export type Press = From & { kind: "press"; callbackId: string; data: string; messageId: number };
export type Incoming =
  | Words
  | Press
  | { kind: "membership"; updateId: number; chatId: number; open: boolean }
  | { kind: "nothing"; updateId: number; callbackId: string | null };

/** An update as the conversation takes it; null for what is no update at all. */
export function incomingOf(payload: unknown): Incoming | null {
  const parsed = Update.safeParse(payload);
  if (!parsed.success) return null;
  const { update_id: updateId, message, callback_query: press, my_chat_member: membership } = parsed.data;
  if (press !== undefined) return pressOf(updateId, press);
  if (membership !== undefined) return membershipOf(updateId, membership);
  return wordsOf(updateId, message);
}

/** The number of anything that looks like an update, to be counted even if it cannot be read. */
export function updateIdOf(payload: unknown): number | null {
  const parsed = z.object({ update_id: z.number().int() }).safeParse(payload);
  return parsed.success ? parsed.data.update_id : null;
}

function pressOf(updateId: number, { id, from, message, data }: z.infer<typeof RawPress>): Incoming {
  if (message === undefined || data === undefined || from.is_bot)
    return { kind: "nothing", updateId, callbackId: id };
  const { chat, message_id: messageId } = message;
  return { kind: "press", updateId, callbackId: id, chat, person: personOf(from), data, messageId };
}

function wordsOf(updateId: number, message: z.infer<typeof RawMessage> | undefined): Incoming {
  const { from, chat, text, sender_chat: speaker } = message ?? {};
  if (from === undefined || chat === undefined || text === undefined || from.is_bot || speaker !== undefined)
    return { kind: "nothing", updateId, callbackId: null };
  const isForwarded = message?.forward_origin !== undefined;
  return { kind: "words", updateId, chat, person: personOf(from), text, ...(isForwarded && { isForwarded }) };
}

const GONE: ReadonlySet<string> = new Set(["left", "kicked"]);

function membershipOf(updateId: number, { chat, new_chat_member }: z.infer<typeof RawMembership>): Incoming {
  return { kind: "membership", updateId, chatId: chat.id, open: !GONE.has(new_chat_member.status) };
}

function personOf({ id, first_name, username }: z.infer<typeof RawPerson>): { id: number; name: string } {
  return { id, name: username === undefined ? first_name : `@${username}` };
}
