import type { Action } from "../../actions/action.ts";
import { ACTIONS } from "../../actions/actions.ts";
import type { Tier } from "../../actions/actor.ts";
import type { Fact } from "../../actions/reply.ts";
import { clip, code, fence, prose, quote, words } from "../../core/markdown.ts";

const MOST_TEXT = 20_000;
const MOST_FACTS = 50;

/** The answer to a question. A reply's secret is never handed in: on GitHub everybody reads along. */
export function replyText(text: string, facts: readonly Fact[]): string {
  const more = facts.length - MOST_FACTS;
  const lines = [...facts.slice(0, MOST_FACTS).map(factLine), ...(more > 0 ? [`- and ${more} more`] : [])];
  return [prose(text, MOST_TEXT), ...(lines.length === 0 ? [] : [lines.join("\n")])].join("\n\n");
}

function factLine([label, value]: Fact): string {
  const name = `- **${words(label)}:**`;
  if (!value.includes("\n")) return `${name} ${code(value, 1_000)}`;
  return `${name}\n\n${fence(clip(value, MOST_TEXT), "markdown").replace(/^/gm, "  ")}\n`;
}

/** Why a command was not carried out, under the command itself. */
export function refusalText(line: string, why: string): string {
  const reason = prose(why, MOST_TEXT);
  // Behind other words the start of a code block is none, but its end would begin one.
  const gap = /^\s*(?:`{3}|~{3})/.test(reason) ? "\n\n" : " ";
  return `${quote(code(line, 300))}\n\nNot done:${gap}${reason}`;
}

const WHO: Record<Tier, string> = {
  read: "triage and above",
  write: "write and above",
  admin: "maintain, admin",
};

/** Every command, from the table that carries them out. */
export function helpText(): string {
  const rows = Object.entries<Action>(ACTIONS).map(helpRow);
  return [
    "Commands stand at the start of a line of a new comment, outside quotes and code; five of a comment are read.",
    ["| command | what it does | who may |", "|---|---|---|", ...rows].join("\n"),
  ].join("\n\n");
}

function helpRow([name, { summary, tier, requesterMay, examples }]: [string, Action]): string {
  const usage =
    examples.find((each) => each.startsWith("/agentpr ")) ?? `/agentpr ${name.replaceAll("_", "-")}`;
  const who = requesterMay ? `${WHO[tier]}, and who asked for the run` : WHO[tier];
  return `| ${code(usage).replaceAll("|", "\\|")} | ${words(summary)} | ${who} |`;
}
