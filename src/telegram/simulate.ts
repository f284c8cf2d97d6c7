import { randomInt } from "node:crypto";
import { SIMULATED_CHAT } from "../database/telegram-cards.ts";
import { createAddsWords } from "./add-words.ts";
import type { BotContext } from "./context.ts";
import { converse } from "./converse.ts";
import { plain } from "./html.ts";
import type { Incoming } from "./incoming.ts";
import type { Key, Message, Transport } from "./transport.ts";
import { createTurns } from "./turns.ts";

export type Turn = {
  index: number;
  input_mode: "command" | "natural_language" | "button";
  input: string;
  response: string;
};

const CHAT = { id: SIMULATED_CHAT, type: "private" } as const;
const PERSON = { id: 0, name: "operator" };

/** Plays messages and presses as somebody would in a chat with the bot, and writes down what they would read. `[Label]` presses a button. */
export async function simulateSession(
  context: Omit<BotContext, "transport" | "turns" | "username">,
  lines: readonly string[],
): Promise<Turn[]> {
  const paper = createPaper();
  const talking = { ...context, transport: paper.transport, turns: createTurns(), username: "agentpr_bot" };
  const words = createAddsWords(talking, "simulated");
  const turns: Turn[] = [];
  for (const [at, input] of lines.entries()) {
    const incoming = incomingOf(input, paper);
    if (incoming === null) paper.write("There is no such button.");
    else await converse({ ...talking, wantWords: words.want }, incoming);
    await words.idle();
    turns.push({ index: at + 1, input_mode: modeOf(input), input, response: paper.take() });
  }
  return turns;
}

type Paper = ReturnType<typeof createPaper>;

/** Messages as text, with the keys that lie under them. */
function createPaper() {
  const keys = new Map<string, { key: Key; messageId: number }>();
  let written: string[] = [];
  let next = 1;
  const show = ({ html, keyboard }: Message, messageId: number) => {
    for (const key of keyboard.flat()) keys.set(key.text, { key, messageId });
    const rows = keyboard.map((row) => row.map(({ text }) => `[${text}]`).join(" "));
    written.push([plain(html), ...rows].join("\n"));
  };
  const transport: Transport = {
    send: async (_chat, message) => {
      show(message, next);
      return { kind: "sent", messageId: next++ };
    },
    edit: async (_chat, messageId, message) => {
      show(message, messageId);
      return "edited";
    },
    answer: async (_id, text) => void (text === "" || written.push(`(${text})`)),
    sendDocument: async (_chat, { name, text }) => {
      written.push(`document ${name}\n${text}`);
      return { kind: "sent", messageId: next++ };
    },
  };
  const take = () => {
    const text = written.join("\n\n");
    written = [];
    return text;
  };
  return { keys, transport, take, write: (text: string) => void written.push(text) };
}

const PRESS = /^\[(.+)\]$/;

function incomingOf(input: string, { keys }: Paper): Incoming | null {
  const from = { updateId: -randomInt(1, 2 ** 47), chat: CHAT, person: PERSON };
  const label = PRESS.exec(input.trim())?.[1];
  if (label === undefined) return { kind: "words", ...from, text: input };
  const found = [...keys].toReversed().find(([text]) => text.includes(label))?.[1];
  return found === undefined
    ? null
    : { kind: "press", ...from, callbackId: "simulated", data: found.key.data, messageId: found.messageId };
}

function modeOf(input: string): Turn["input_mode"] {
  if (PRESS.test(input.trim())) return "button";
  return input.trim().startsWith("/") ? "command" : "natural_language";
}
