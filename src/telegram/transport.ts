import type { Html } from "./html.ts";

export type Key = { text: string; data: string };
export type Message = { html: string; keyboard: readonly (readonly Key[])[] };
/** `closed`: nobody there wants to hear from the bot any more. */
export type Sent = { kind: "sent"; messageId: number } | { kind: "closed" };
export type Edited = "edited" | "gone" | "closed";
export type TextDocument = { name: string; text: string; caption: Html };

/** How words reach people: Telegram's Bot API, or a simulation of it. */
export type Transport = {
  send(chatId: number, message: Message): Promise<Sent>;
  edit(chatId: number, messageId: number, message: Message): Promise<Edited>;
  /** Every press of a button is answered, or it goes on blinking. */
  answer(callbackId: string, text: string, options: { alert: boolean }): Promise<void>;
  sendDocument(chatId: number, document: TextDocument): Promise<Sent>;
};
