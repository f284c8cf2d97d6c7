import type { ActionName } from "../actions/actions.ts";
import type { Chat } from "../database/telegram-chats.ts";

/** What plain words were taken to mean. `run` is a word that names one; without it the chat's own run is meant. */
export type Understood = {
  action: ActionName | "help";
  input: Record<string, unknown>;
  run?: string;
};

/** What a model may know: the actions, the runs of late and the text; no secrets, no codes. */
export type UnderstandContext = {
  actions: readonly { name: string; summary: string; examples: readonly string[] }[];
  runs: readonly { id: string; repository: string; state: string; title: string }[];
  chat: Pick<Chat, "runId" | "listed">;
};

/** Asks a model; null when it does not know either. It answers in a schema, and it never acts. */
export type Understand = (
  text: string,
  context: UnderstandContext,
  signal: AbortSignal,
) => Promise<Understood | null>;
