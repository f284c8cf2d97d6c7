import { type RunInFull, readRunInFull } from "../../actions/run-in-full.ts";
import type { BotContext } from "../context.ts";
import { bold, faint, type Html, html } from "../html.ts";
import type { ButtonSpec, CardOf } from "../outgoing.ts";
import { approvalLines } from "./approval-card.ts";
import { cardButtons } from "./buttons.ts";
import { dialogueLines } from "./dialogue.ts";
import { decisionLines, evidenceLines, headline, progressLines, whyMachine } from "./words.ts";

export type Rendered = { lines: Html[]; buttons: ButtonSpec[][]; card: CardOf };
export type Renderer = Pick<BotContext, "actions" | "explain" | "githubUrl" | "signal">;

/** A card as it should look now; null when its run is gone. An approval card whose request is over is a run's card again. */
export async function renderCard(context: Renderer, card: CardOf): Promise<Rendered | null> {
  const full = await readRunInFull(context.actions, card.runId);
  if (full === null) return null;
  const lines = await linesOf(context, full, card.kind);
  return { lines, buttons: cardButtons(full, card.tier), card };
}

async function linesOf(context: Renderer, full: RunInFull, kind: CardOf["kind"]): Promise<Html[]> {
  const head = [...headline(full, context.githubUrl), ...decisionLines(full), ...progressLines(full)];
  if (kind === "approval" && full.approval !== null && full.run.state === "PUSHED")
    return [...headline(full, context.githubUrl), ...approvalLines(full)];
  if (kind === "status") return [...head, ...dialogueLines(full), ...diffLine(full)];
  return [
    ...head,
    ...dialogueLines(full),
    ...evidenceLines(full),
    ...whyMachine(full),
    ...(await whyModel(context, full)),
  ];
}

function diffLine({ change }: RunInFull): Html[] {
  if (change === null) return [];
  return [html`Δ ${change.diff.files.length} files, +${change.diff.addedLines} −${change.diff.deletedLines}`];
}

/** A model's words are marked as such: they explain, and decide nothing. */
async function whyModel({ explain, signal }: Renderer, { run }: RunInFull): Promise<Html[]> {
  const said = explain === null ? null : await explain(run, signal);
  if (said === null) return [];
  return [
    html`${bold("why_llm")} ${faint("(a model's words)")}: ${said.why.slice(0, 280)}`,
    ...said.suggestions.slice(0, 3).map((each) => html`• ${each.slice(0, 180)}`),
  ];
}
