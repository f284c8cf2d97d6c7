import { z } from "zod";
import type { Run, State } from "../core/run.ts";
import { newestApproval } from "../database/approvals.ts";
import { readNow } from "../database/connect.ts";
import { listRunsIn } from "../database/run-lists.ts";
import type { World } from "../engine/world.ts";
import { type ActionContext, action } from "./action.ts";
import type { Actor } from "./actor.ts";
import { repositoryOf, runFact } from "./overview.ts";
import type { Fact, Reply } from "./reply.ts";

const Input = z.object({ limit: z.coerce.number().int().min(1).max(200).default(20) });
const MOST_LOOKED_AT = 200;

export const pendingPr = action({
  summary: "List the changes that wait for somebody's yes, with the end of each request",
  aliases: ["pending"],
  tier: "read",
  input: Input,
  examples: ["/agentpr pending-pr"],
  run: async (context, actor, { limit }) => {
    const waiting = (await requested(context, actor)).slice(0, limit);
    return listed("No pull request waits for a confirmation.", waiting);
  },
});

type Waiting = { run: Run; fact: Fact };

async function requested({ world }: Pick<ActionContext, "world">, actor: Actor): Promise<Waiting[]> {
  const now = await readNow(world.database);
  const open: { run: Run; expiresAt: number }[] = [];
  for (const run of await runsIn({ world }, actor, ["PUSHED"])) {
    const approval = await newestApproval(world.database.knex, run.id);
    if (approval?.status === "requested" && approval.expiresAt > now)
      open.push({ run, expiresAt: approval.expiresAt });
  }
  return open
    .toSorted((a, b) => a.expiresAt - b.expiresAt)
    .map(({ run, expiresAt }) => ({ run, fact: withEnd(run, expiresAt - now) }));
}

function runsIn({ world }: { world: World }, actor: Actor, states: readonly State[]): Promise<Run[]> {
  const repositoryId = repositoryOf(actor);
  return listRunsIn(world.database.knex, { states, repositoryId, limit: MOST_LOOKED_AT });
}

function withEnd(run: Run, leftMs: number): Fact {
  const [id, words] = runFact(run);
  return [id, `${words}  expires in ${Math.max(1, Math.round(leftMs / 60_000))} min: approve_pr`];
}

function listed(none: string, waiting: readonly Waiting[]): Reply {
  return {
    ok: true,
    text: waiting.length === 0 ? none : `${waiting.length} waiting`,
    facts: waiting.map(({ fact }) => fact),
    data: { runs: waiting.map(({ run }) => run) },
  };
}
