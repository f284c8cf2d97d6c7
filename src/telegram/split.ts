import { type Html, plain } from "./html.ts";

/** Telegram refuses longer messages. */
export const MOST_OF_A_MESSAGE = 4_096;
/** What takes more messages than this is a document. */
const MOST_MESSAGES = 3;

export type Split =
  | { kind: "messages"; messages: string[] }
  | { kind: "document"; text: string; start: string };

/** Joins lines to messages that Telegram takes; markup never reaches over a line's end, so every part is whole. */
export function split(lines: readonly Html[]): Split {
  const messages: string[] = [];
  let message = "";
  for (const { html } of lines) {
    if (message !== "" && message.length + 1 + html.length > MOST_OF_A_MESSAGE) {
      messages.push(message);
      message = html;
    } else message = message === "" ? html : `${message}\n${html}`;
  }
  const all = [...messages, message].filter((each) => plain(each).trim() !== "");
  if (all.length <= MOST_MESSAGES) return { kind: "messages", messages: all.length === 0 ? ["…"] : all };
  return {
    kind: "document",
    text: lines.map(({ html }) => plain(html)).join("\n"),
    start: lines[0]?.html ?? "",
  };
}
