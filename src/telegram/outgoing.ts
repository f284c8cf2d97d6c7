import type { ActionName } from "../actions/actions.ts";
import type { Card } from "../database/telegram-cards.ts";
import type { Html } from "./html.ts";
import type { TextDocument } from "./transport.ts";

/** What a button does: an action of the table, or something of the bot's own. */
export type ButtonAction = ActionName | "refresh" | "diff" | "ask" | "leave" | "compose";

export type ButtonSpec = {
  label: string;
  action: ButtonAction;
  input: Record<string, unknown>;
  /** What changes something works once. */
  once: boolean;
};

/** A message that is kept up to date as its run moves on. */
export type CardOf = Pick<Card, "runId" | "kind" | "tier">;
/** One that was made, and from what its run was at that moment. */
export type MadeCard = CardOf & Pick<Card, "editedAt">;

export type Outgoing =
  | { kind: "say"; lines: readonly Html[]; buttons?: readonly (readonly ButtonSpec[])[]; card?: MadeCard }
  | { kind: "edit"; card: Card; lines: readonly Html[]; buttons: readonly (readonly ButtonSpec[])[] }
  | { kind: "document"; document: TextDocument };

export function say(...lines: Html[]): Outgoing {
  return { kind: "say", lines };
}
