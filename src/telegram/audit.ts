import { withoutTokens } from "../core/redact.ts";
import type { AuditLine } from "./context.ts";
import type { Incoming } from "./incoming.ts";

type Outcome = {
  outcome: "ok" | "refused" | "unauthorized" | "rate_limited" | "error";
  detail: string;
};

const MOST = 400;
const CODE = /\b[0-9A-Fa-f]{12}\b/g;
const BOT_TOKEN = /\b\d{6,12}:[\w-]{30,}/g;

/** What stays of an update: who, what, and what came of it; no code and no token. */
export function auditLine(incoming: Incoming, { outcome, detail }: Outcome): AuditLine {
  const from =
    incoming.kind === "words" || incoming.kind === "press"
      ? { chat_id: incoming.chat.id, user_id: incoming.person.id }
      : { chat_id: null, user_id: null };
  const text = incoming.kind === "words" ? incoming.text : "";
  return {
    update_id: incoming.updateId,
    ...from,
    kind: incoming.kind,
    outcome,
    request_text: redacted(text),
    response_text: redacted(detail),
  };
}

/** A confirmation code may stand anywhere in what somebody typed. */
export function redacted(text: string): string {
  const safe = withoutTokens(text)
    .replace(BOT_TOKEN, "…")
    .replace(/(\/approve_pr(?:@\w+)?)\s.*$/s, "$1 …");
  return safe
    .replace(CODE, (code) => (/[0-9]/.test(code) && code === code.toUpperCase() ? "…" : code))
    .slice(0, MOST);
}
