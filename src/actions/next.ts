import { z } from "zod";
import { NEED_KINDS, type Need } from "../core/need.ts";
import { type Section, type Tone, text } from "../core/section.ts";
import type { Database } from "../database/connect.ts";
import type { Scope } from "../database/overview.ts";
import { type Needs, readNeeds } from "../reports/needs.ts";
import { action } from "./action.ts";
import type { Actor } from "./actor.ts";
import type { Fact, Reply } from "./reply.ts";

export const NextInput = z.object({ limit: z.coerce.number().int().min(1).max(1_000).default(20) });

export const next = action({
  summary: "Say what wants somebody, most urgent first, and what to do about it",
  aliases: [],
  tier: "read",
  input: NextInput,
  examples: ["/agentpr next", "agentpr next --limit 5"],
  run: ({ world }, actor, input) => nextNow(world.database, actor, input),
});

export async function nextNow(
  database: Database,
  actor: Actor,
  { limit }: z.infer<typeof NextInput>,
): Promise<Reply> {
  const { needs, nowMs } = await needsFor(database, actor);
  const shown = needs.slice(0, limit);
  return {
    ok: true,
    text: needWords(needs.length, shown.length),
    facts: shown.map((need) => needFact(need, actor)),
    sections: shown.length === 0 ? [] : [needsTable(shown)],
    data: { needs: shown, total: needs.length, now: nowMs },
  };
}

export function needsFor(database: Database, actor: Actor): Promise<Needs> {
  return readNeeds(database, scopeOf(actor));
}

/** From GitHub nothing exists but the repository where the words were said, and the forks of its operator. */
export function scopeOf(actor: Actor): Scope {
  if (actor.via !== "github") return { all: true };
  return { all: false, repositoryIds: [actor.repositoryId], forks: actor.inControl === true };
}

function needWords(total: number, shown: number): string {
  if (total === 0) return "Nothing wants anybody.";
  const words = total === 1 ? "1 thing wants somebody" : `${total} things want somebody`;
  return shown < total ? `${words}; the first ${shown}:` : `${words}:`;
}

/** With the command of the place where it is shown. */
export function needFact(need: Need, actor: Actor): Fact {
  const { kind, runId, title, why, slash, command } = need;
  const onTelegram = runId === null ? command : `/show ${runId}`; // its card has the buttons
  const todos = { github: slash && `/agentpr ${slash}`, telegram: onTelegram };
  const todo = actor.via === "github" || actor.via === "telegram" ? todos[actor.via] : command;
  return [runId ?? title, `${NEED_KINDS[kind]}: ${why}${todo ? `  →  ${todo}` : ""}`];
}

export function needsTable(needs: readonly Need[]): Section {
  return {
    kind: "table",
    title: "",
    columns: [
      { name: "what" },
      { name: "run" },
      { name: "about", yields: true },
      { name: "why", yields: true },
      { name: "when" },
    ],
    rows: needs.map((need) => [
      { text: NEED_KINDS[need.kind], tone: TONES[need.kind] ?? "waiting" },
      text(need.runId),
      text(need.repository === null ? need.title : `${need.repository}: ${need.title}`),
      text(need.why),
      { at: need.until ?? need.since },
    ]),
    below: needs.map(({ command }) => command),
  };
}

const TONES: { readonly [K in Need["kind"]]?: Tone } = {
  approval: "bad",
  question: "bad",
  budget: "bad",
  set_aside: "bad",
  held: "quiet",
  parked: "quiet",
};
