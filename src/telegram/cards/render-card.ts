import { TIERS, type Tier } from "../../actions/actor.ts";
import { suggestionsFor } from "../../actions/explanation.ts";
import { type RunInFull, readRunInFull } from "../../actions/run-in-full.ts";
import { clip } from "../../core/clip.ts";
import type { Run } from "../../core/run.ts";
import { readNow } from "../../database/connect.ts";
import type { BotContext } from "../context.ts";
import { bold, code, faint, type Html, html } from "../html.ts";
import type { ButtonSpec, CardOf, MadeCard } from "../outgoing.ts";
import { approvalLines } from "./approval-card.ts";
import { cardButtons, labelOf } from "./buttons.ts";
import { dialogueLines } from "./dialogue.ts";
import { decisionLines, evidenceLines, headline, progressLines, whyMachine } from "./words.ts";

export type Rendered = { lines: Html[]; buttons: ButtonSpec[][]; card: MadeCard };
export type Renderer = Pick<BotContext, "actions" | "cardWords" | "githubUrl">;

/** A card as it should look now; null when its run is gone. An approval card whose request is over is a run's card again. */
export async function renderCard(context: Renderer, card: CardOf): Promise<Rendered | null> {
  // Before anything is read: what moves while the card is made and sent makes it stale.
  const editedAt = await readNow(context.actions.world.database);
  const full = await readRunInFull(context.actions, card.runId);
  if (full === null) return null;
  const lines = await linesOf(context, full, card);
  const { runId, kind, tier } = card;
  return { lines, buttons: cardButtons(full, tier), card: { runId, kind, tier, editedAt } };
}

async function linesOf(context: Renderer, full: RunInFull, { kind, tier }: CardOf): Promise<Html[]> {
  const head = [...headline(full, context.githubUrl), ...decisionLines(full), ...progressLines(full)];
  // A used one opened the pull request to which a push waits now.
  const isAsked = full.approval !== null && full.approval.status !== "used";
  if (kind === "approval" && isAsked && full.run.state === "PUSHED")
    return [...headline(full, context.githubUrl), ...approvalLines(full)];
  if (kind === "status") return [...head, ...dialogueLines(full), ...diffLine(full)];
  return [
    ...head,
    ...dialogueLines(full),
    ...evidenceLines(full),
    ...whyMachine(full),
    ...(await whyModel(context, full.run, tier)),
  ];
}

function diffLine({ change }: RunInFull): Html[] {
  if (change === null) return [];
  return [html`Δ ${change.diff.files.length} files, +${change.diff.addedLines} −${change.diff.deletedLines}`];
}

/** A model's words are marked as such. They are added when they are there: a card waits for nobody. */
async function whyModel({ cardWords }: Renderer, run: Run, tier: Tier): Promise<Html[]> {
  const said = cardWords === null ? null : await cardWords.known(run);
  if (said === null) return [];
  const suggestions = suggestionsFor(said, (needed) => TIERS.indexOf(tier) >= TIERS.indexOf(needed));
  return [
    html`${bold("why_llm")} ${faint(`(words of ${said.model}, which decides nothing)`)}: ${clip(said.why, 280)}`,
    ...suggestions.map(
      ({ action, reason }) => html`💡 ${labelOf(action, run) ?? code(action)}: ${clip(reason, 180)}`,
    ),
  ];
}
