import { ACTIONS } from "../actions/actions.ts";
import { messageOf } from "../core/problem.ts";
import { listRuns } from "../database/run-lists.ts";
import { findChat } from "../database/telegram-chats.ts";
import { type Asker, carryOut, type Done } from "./carry-out.ts";
import { type Input, tierOfAction } from "./commands.ts";
import type { BotContext } from "./context.ts";
import { helpLines } from "./help.ts";
import { bold, code, type Html, html } from "./html.ts";
import { say } from "./outgoing.ts";
import { understandByRules } from "./rules/understand-by-rules.ts";
import { inTurn, nameRun, told } from "./say-command.ts";
import type { Understood } from "./understand.ts";

const HINT = "I did not understand that. /help lists what can be said; a run is named as in /list.";

/** Plain words: reading happens at once; what changes something is shown as it was understood, to be done by a press. */
export async function sayPlainly(context: BotContext, asker: Asker, text: string): Promise<Done> {
  const understood = await understand(context, asker, text);
  if (understood === null) return { outgoing: [say(html`${HINT}`)], ok: true, text: "not understood" };
  const { action } = understood;
  if (action === "help") return { outgoing: [say(...helpLines(asker.tier))], ok: true, text: "help" };
  const inputs = await inputsOf(context, asker, understood);
  if ("why" in inputs) return told(inputs.why);
  if (action === "approve_pr") return approvalIsByCard(context, asker, inputs[0] ?? {});
  if (ACTIONS[action].tier === "read") return inTurn(context, asker, { action, usage: `/${action}` }, inputs);
  return askFirst(asker, action, inputs);
}

async function understand(context: BotContext, { chat }: Asker, text: string): Promise<Understood | null> {
  const { mode, understand: ask, timeoutMs } = context.words;
  const db = context.actions.world.database.knex;
  const known = await findChat(db, chat.id);
  const ruled = () => understandByRules(text, known);
  if (mode === "rules" || ask === null) return ruled();
  const runs = (await listRuns(db, { limit: 20 })).map(({ id, owner, repo, state, request }) => ({
    ...{ id, state, repository: `${owner}/${repo}` },
    title: request.title.slice(0, 100),
  }));
  const actions = Object.entries(ACTIONS).map(([name, { summary, examples }]) => ({
    name,
    summary,
    examples,
  }));
  try {
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(timeoutMs)]);
    const said = await ask(text, { actions, runs, chat: known }, signal);
    return said ?? (mode === "hybrid" ? ruled() : null);
  } catch (error) {
    context.actions.world.log.warn({ why: messageOf(error) }, "the model did not understand in time");
    return mode === "hybrid" ? ruled() : null;
  }
}

async function inputsOf(
  context: BotContext,
  asker: Asker,
  { action, input, run }: Understood,
): Promise<Input[] | { why: string }> {
  const { targets, ...rest } = input;
  if (action === "create")
    return Array.isArray(targets) ? targets.map((target: Input) => ({ ...target, ...rest })) : [input];
  if (action === "help" || !ABOUT_RUN.has(action)) return [input];
  const named = await nameRun(context, asker, run === undefined ? [] : [run]);
  return "why" in named ? named : [{ ...rest, run: named.run }];
}

const ABOUT_RUN: ReadonlySet<string> = new Set(
  "show status logs pause resume retry cancel request_pr approve_pr reject_pr withdraw_pr answer analyze budget".split(
    " ",
  ),
);

/** Words are easily misheard; a yes to a pull request is a press on its card, or the command with the code. */
async function approvalIsByCard(context: BotContext, asker: Asker, { run }: Input): Promise<Done> {
  const card = await carryOut(context, asker, { action: "show", input: { run } });
  const words = say(
    html`Approving is done with the card's buttons, or with ${code("/approve_pr <run> <code>")}.`,
  );
  return { ...card, outgoing: [words, ...card.outgoing] };
}

const MOST_BUTTONS = 5;

function askFirst(
  asker: Asker,
  action: Exclude<Understood["action"], "help">,
  inputs: readonly Input[],
): Done {
  const needed = tierOfAction(action);
  const orders = inputs.slice(0, MOST_BUTTONS);
  const buttons = orders.map((input) => [
    { label: orders.length === 1 ? "✅ Do it" : `✅ Do it: ${subjectOf(input)}`, action, input, once: true },
  ]);
  const lines = [
    html`${bold("Understood")}: ${ACTIONS[action].summary}`,
    ...orders.map((input) => inWords(action, input)),
    ...(inputs.length > MOST_BUTTONS
      ? [html`and ${inputs.length - MOST_BUTTONS} more, which are left out`]
      : []),
    html`Press to do it (${needed} tier); nothing has been done yet.`,
  ];
  const leave = [{ label: "✖ Leave it", action: "leave" as const, input: {}, once: true }];
  return {
    outgoing: [{ kind: "say", lines, buttons: [...buttons, leave] }],
    ok: true,
    text: `asks ${asker.person.id} first: ${action}`,
  };
}

function subjectOf({ run, owner, repo }: Input): string {
  return (typeof run === "string" ? run : `${owner}/${repo}`).slice(0, 40);
}

function inWords(action: string, { run, owner, repo, ...rest }: Input): Html {
  const more = Object.entries(rest).map(([key, value]) => `${key}: ${String(value)}`);
  return html`${code(`${action} ${subjectOf({ run, owner, repo })}`)} ${more.join("; ").slice(0, 500)}`;
}
