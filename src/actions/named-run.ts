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
  if (run === null || !isInReach(actor, run)) return notFound(`There is no run ${id}.`);
  return then(run);
}

/** From GitHub only runs of the actor's repository; by way of a fork only from the operator's control repository. */
export function isInReach(actor: Actor, run: Run): boolean {
  if (actor.via !== "github") return true;
  const { inControl = false, repositoryId } = actor;
  return run.mode === "fork" ? inControl : run.repositoryId === repositoryId;
}
