import type { Html } from "./html.ts";

export type Key = { text: string; data: string };
export type Message = { html: string; keyboard: readonly (readonly Key[])[] };
/**
 * `closed`: nobody there wants to hear from the bot any more, or the group has a new number. `refused`: Telegram will not take
 * that message, however often it is asked.
 */
export type Sent =
  | { kind: "sent"; messageId: number }
  | { kind: "closed"; movedTo?: number }
  | { kind: "refused"; why: string };
export type Edited = "edited" | "gone" | "closed";
export type TextDocument = { name: string; text: string; caption: Html };

/** Telegram says to come back later than anybody waits for. */
export class ToldToWait extends Error {
  readonly afterMs: number;

  constructor(afterMs: number) {
    super(`Telegram says to wait ${Math.round(afterMs / 1_000)} s`);
    this.afterMs = afterMs;
  }
}

/** How words reach people: Telegram's Bot API, or a simulation of it. */
export type Transport = {
  send(chatId: number, message: Message): Promise<Sent>;
  edit(chatId: number, messageId: number, message: Message): Promise<Edited>;
  /** Every press of a button is answered, or it goes on blinking. Never fails: what is pressed counts without it. */
  answer(callbackId: string, text: string, options: { alert: boolean }): Promise<void>;
  sendDocument(chatId: number, document: TextDocument): Promise<Sent>;
};
