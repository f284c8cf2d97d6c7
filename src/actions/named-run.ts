import { z } from "zod";
import type { Run } from "../core/run.ts";
import { findRun } from "../database/runs.ts";
import type { ActionContext } from "./action.ts";
import type { Actor } from "./actor.ts";
import { notFound, type Reply } from "./reply.ts";

export const RunInput = z.object({ run: z.string().min(1).max(80) });

/** Finds the run that is meant; from GitHub only runs exist that are the app's own in the repository where the words were said. */
export async function withRun(
  { world }: ActionContext,
  actor: Actor,
  { run: id }: { run: string },
  then: (run: Run) => Promise<Reply>,
): Promise<Reply> {
  const run = await findRun(world.database.knex, id);
  if (run === null || (actor.via === "github" && !isOf(actor.repositoryId, run)))
    return notFound(`There is no run ${id}.`);
  return then(run);
}

/** Runs that go by way of a fork are the operator's affair: nobody upstream steers them. */
export function isOf(repositoryId: number, run: Run): boolean {
  return run.repositoryId === repositoryId && run.mode === "direct";
}
