import { findAction } from "../actions/actions.ts";
import { mayUse } from "../actions/actor.ts";
import { readNow } from "../database/connect.ts";
import { findRun } from "../database/runs.ts";
import { type Button, findButton, takeButton } from "../database/telegram-buttons.ts";
import { findCard } from "../database/telegram-cards.ts";
import { tierOfButton } from "./cards/buttons.ts";
import { renderCard } from "./cards/render-card.ts";
import { type Asker, carryOut, type Done } from "./carry-out.ts";
import { askForWords } from "./compose.ts";
import type { BotContext } from "./context.ts";
import { bold, html } from "./html.ts";
import type { Press } from "./incoming.ts";
import { type ButtonAction, type Outgoing, say } from "./outgoing.ts";
import { told } from "./say-command.ts";

/** Does what a button stands for: once where it changes something, only in its own chat, and only for who may. */
export async function press(context: BotContext, asker: Asker, pressed: Press): Promise<Done> {
  const { database } = context.actions.world;
  const button = await findButton(database.knex, pressed.data);
  const why = await unusable(context, asker, button);
  if (button === null || why !== null) return answered(context, pressed, why ?? "It is gone.");
  const cause = `telegram:${pressed.updateId}`;
  if (button.once && !(await takeButton(database.knex, pressed.data, cause)))
    return answered(context, pressed, "This button has been used already.");
  // Answered before anything is done: whoever pressed knows within a second, however slow the rest is; nor does it wait for that.
  void context.transport.answer(pressed.callbackId, SAID[button.action] ?? "", { alert: false });
  return doIt(context, asker, button, pressed);
}

const SAID: Readonly<Record<string, string>> = {
  approve_pr: "Confirmed; one moment…",
  request_pr: "Checking the gate…",
  diff: "Making the diff…",
  answer: "Posting your answer…",
  resume: "It goes on…",
  pause: "Held…",
};

async function unusable(
  { actions }: BotContext,
  asker: Asker,
  button: Button | null,
): Promise<string | null> {
  // A button that was forwarded or guessed is in no chat of its own.
  if (button === null || button.chatId !== asker.chat.id) return "This button is no longer in use.";
  if (button.expiresAt <= (await readNow(actions.world.database))) return "This button is too old.";
  const needed = tierOfButton(button.action as ButtonAction);
  const actor = {
    via: "telegram",
    user: 0,
    name: "",
    tier: asker.tier,
    alone: false,
    pressed: null,
    cause: "",
  } as const;
  return mayUse(actor, needed) ? null : `This needs the ${needed} tier, which you do not have.`;
}

async function answered({ transport }: BotContext, { callbackId }: Press, why: string): Promise<Done> {
  await transport.answer(callbackId, why, { alert: true });
  return { outgoing: [], ok: false, text: why };
}

async function doIt(context: BotContext, asker: Asker, button: Button, pressed: Press): Promise<Done> {
  const run = typeof button.input.run === "string" ? button.input.run : null;
  if (button.action === "leave") return { outgoing: [], ok: true, text: "left alone" };
  if (button.action === "refresh") return refreshed(context, asker, pressed, null);
  if (button.action === "ask") return asked(button);
  if (button.action === "compose")
    return run === null ? told("Which run?") : askForWords(context, asker, run);
  if (button.action === "diff") return run === null ? told("Which run?") : diffOf(context, asker, run);
  const action = findAction(button.action)?.name;
  if (action === undefined) return told("This button is no longer in use.");
  const { approval, ...input } = button.input;
  const presser = { ...asker, pressed: typeof approval === "string" ? approval : null };
  const done = await carryOut(context, presser, { action, input });
  if (action === "logs") return done;
  return refreshed(context, asker, pressed, { done, kind: action === "request_pr" ? "approval" : null });
}

type After = { done: Done; kind: "approval" | null };

/** The card under the finger becomes what is true now; what came of the press stands on it. */
async function refreshed(
  context: BotContext,
  asker: Asker,
  { messageId }: Press,
  after: After | null,
): Promise<Done> {
  const card = await findCard(context.actions.world.database.knex, asker.chat.id, messageId);
  const done = after?.done ?? { outgoing: [], ok: true, text: "refreshed" };
  if (card === null) return done;
  const kind = after?.kind && done.ok ? after.kind : card.kind;
  const renewed = { ...card, kind, tier: asker.tier };
  const now = await renderCard(context, renewed);
  if (now === null) return done;
  const said = after === null ? [] : [bold(html`${done.ok ? "✔" : "✋"} ${done.text.slice(0, 500)}`)];
  const edit: Outgoing = {
    kind: "edit",
    card: { ...renewed, ...now.card },
    lines: [...said, ...now.lines],
    buttons: now.buttons,
  };
  return { ...done, outgoing: [edit, ...codesOf(done)] };
}

/** A code is in the answer of whoever may have it; on the card others could read it later. */
function codesOf({ outgoing }: Done): Outgoing[] {
  return outgoing.flatMap((each) => {
    if (each.kind !== "say") return [];
    const last = each.lines.at(-1);
    return last?.html.includes("/approve_pr ") ? [say(last)] : [];
  });
}

const NOT_HERE = "The diff cannot be shown here. Ask for it in a private chat with the bot.";

function asked({ input: { action, ...input } }: Button): Done {
  const found = typeof action === "string" ? findAction(action) : null;
  if (found === null) return told("This button is no longer in use.");
  const buttons = [
    [
      { label: `✅ Yes, ${found.name}`, action: found.name, input, once: true },
      { label: "✖ Leave it", action: "leave" as const, input: {}, once: true },
    ],
  ];
  const lines = [html`${bold(found.name)} ${String(input.run)}? ${found.action.summary}.`];
  return { outgoing: [{ kind: "say", lines, buttons }], ok: true, text: "asked once more" };
}

/** What is not public is shown to nobody while others read along, who may not be listed here. */
async function diffOf({ actions, patchOf, signal }: BotContext, { chat }: Asker, id: string): Promise<Done> {
  const alone = chat.type === "private";
  const run = await findRun(actions.world.database.knex, id);
  const patch = run === null || patchOf === null ? null : await patchOf(run, { alone, signal });
  if (run === null || patch === null) return told(alone ? "The diff cannot be made." : NOT_HERE);
  const caption = html`The change of ${id}: ${run.changeSha?.slice(0, 12) ?? ""}`;
  return {
    outgoing: [{ kind: "document", document: { name: `${id}.diff`, text: patch, caption } }],
    ok: true,
    text: "the diff",
  };
}
