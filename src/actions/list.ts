import { z } from "zod";
import type { Run } from "../core/run.ts";
import { type Section, stateCell, text } from "../core/section.ts";
import type { Database } from "../database/connect.ts";
import { listRuns } from "../database/run-lists.ts";
import { action } from "./action.ts";
import type { Actor } from "./actor.ts";
import { needFact, needsFor, needsTable, scopeOf } from "./next.ts";
import type { Fact, Reply } from "./reply.ts";

/** What wants somebody stands before the list; the whole of it is for `next`. */
const MOST_NEEDS = 5;

export const ListInput = z.object({ limit: z.coerce.number().int().min(1).max(1_000).default(50) });

export const list = action({
  summary: "List runs, newest first",
  aliases: [],
  tier: "read",
  input: ListInput,
  examples: ["/agentpr list", "agentpr list-runs --limit 10"],
  run: ({ world }, actor, input) => listNow(world.database, actor, input),
});

export async function listNow(
  database: Database,
  actor: Actor,
  { limit }: z.infer<typeof ListInput>,
): Promise<Reply> {
  const runs = await listRuns(database.knex, { scope: scopeOf(actor), limit });
  const { needs } = await needsFor(database, actor);
  const first = needs.slice(0, MOST_NEEDS);
  const none = runs.length === 0 && first.length === 0;
  return {
    ok: true,
    text: runs.length === 0 ? "There are no runs." : runs.length === 1 ? "1 run" : `${runs.length} runs`,
    facts: [...first.map((need) => needFact(need, actor)), ...runs.map(runFact)],
    sections: none ? [] : [...(first.length === 0 ? [] : [wanting(first, needs.length)]), runsTable(runs)],
    data: { runs, needs: first },
  };
}

function runFact(run: Run): Fact {
  return [run.id, `${run.state}  ${run.owner}/${run.repo}  ${run.request.title.slice(0, 60)}`];
}

function wanting(first: Parameters<typeof needsTable>[0], total: number): Section {
  const more = total > first.length ? ` (${first.length} of ${total}: agentpr next)` : "";
  return { ...needsTable(first), title: `wants somebody${more}` };
}

function runsTable(runs: readonly Run[]): Section {
  return {
    kind: "table",
    title: "runs",
    columns: [
      { name: "run" },
      { name: "state" },
      { name: "repository", yields: true },
      { name: "pr", align: "right" },
      { name: "tries", align: "right" },
      { name: "updated", align: "right" },
      { name: "request", yields: true },
    ],
    rows: runs.map((run) => [
      text(run.id),
      stateCell(run.state),
      { text: `${run.owner}/${run.repo}`, page: `/${run.owner}/${run.repo}` },
      pullCell(run),
      text(run.attempts),
      { at: run.updatedAt },
      text(run.request.title),
    ]),
  };
}

function pullCell({ owner, repo, prNumber }: Run) {
  return prNumber === null ? text("") : { text: `#${prNumber}`, page: `/${owner}/${repo}/pull/${prNumber}` };
}
