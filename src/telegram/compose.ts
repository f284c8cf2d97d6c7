import { readNow } from "../database/connect.ts";
import { awaitWords, findChat } from "../database/telegram-chats.ts";
import type { Asker, Done } from "./carry-out.ts";
import type { BotContext } from "./context.ts";
import { blocks, bold, code, html } from "./html.ts";
import type { ButtonSpec } from "./outgoing.ts";

/** Words that come later than this are words like any other. */
const WAIT_MS = 15 * 60_000;
const LONGEST = 3_500;

type Who = Pick<Asker, "chat" | "person">;

/** The person's next message in this chat will be the answer to that run's reviewers. */
export async function askForWords(
  { actions }: BotContext,
  { chat, person }: Who,
  run: string,
): Promise<Done> {
  const { database } = actions.world;
  const until = (await readNow(database)) + WAIT_MS;
  await awaitWords(database, chat.id, { person: person.id, run, until });
  const place = chat.type === "private" ? "" : ", as a reply to this one,";
  const lines = [
    html`${bold("Your answer")} to the reviewers of ${code(run)}, ${person.name}: write it as your next message${place} within 15 minutes. You will see it once more before it is posted; any command drops it.`,
  ];
  return { outgoing: [{ kind: "say", lines }], ok: true, text: `asked for an answer: ${run}` };
}

/** The run that these words are an answer for; null for words like any other. Whatever is said ends the waiting. */
export async function takeAwaited({ actions }: BotContext, { chat, person }: Who): Promise<string | null> {
  const { database } = actions.world;
  const { awaits } = await findChat(database.knex, chat.id);
  if (awaits === null || awaits.person !== person.id) return null;
  await awaitWords(database, chat.id, null);
  return awaits.until > (await readNow(database)) ? awaits.run : null;
}

/** Posted words stand where everybody reads them, so they are shown as they were understood first. */
export function showAnswer(run: string, said: string): Done {
  const text = said.slice(0, LONGEST);
  const buttons: ButtonSpec[][] = [
    [
      { label: "✅ Post it", action: "answer", input: { run, text }, once: true },
      { label: "✖ Leave it", action: "leave", input: {}, once: true },
    ],
  ];
  const cut = said.length > LONGEST ? [html`It was too long and is cut at ${LONGEST} characters.`] : [];
  const lines = [
    bold(html`Your answer to the reviewers of ${run}`),
    ...blocks(text),
    ...cut,
    html`Nothing has been posted yet.`,
  ];
  return { outgoing: [{ kind: "say", lines, buttons }], ok: true, text: `shows an answer for ${run}` };
}
