import { TIERS, type Tier } from "../actions/actor.ts";
import { COMMANDS } from "./commands.ts";
import { bold, type Html, html } from "./html.ts";

/** What somebody of that tier can say. */
export function helpLines(tier: Tier): Html[] {
  const may = COMMANDS.filter((command) => reaches(tier, command.tier) && command.name !== "start");
  return [
    bold("agentpr"),
    ...may.map(({ usage, summary }) => html`${usage} – ${summary}`),
    html`A run is named by its name or the beginning of it, its repository, or its number in the last list; left out, it is the one this chat is about. Plain words do too, in English or Chinese: what changes something is asked about first.`,
  ];
}

/** The menu that Telegram shows to that tier. */
export function menuOf(tier: Tier): { command: string; description: string }[] {
  return COMMANDS.filter((command) => reaches(tier, command.tier)).map(({ name, summary }) => ({
    command: name,
    description: summary.slice(0, 256),
  }));
}

function reaches(own: Tier, needed: Tier): boolean {
  return TIERS.indexOf(own) >= TIERS.indexOf(needed);
}
