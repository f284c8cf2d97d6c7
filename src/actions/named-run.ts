import { z } from "zod";
import type { Run } from "../core/run.ts";
import { type Chosen, chooseRun, parseRunName, severalInWords } from "../core/run-name.ts";
import type { Db } from "../database/connect.ts";
import { findNamedRuns } from "../database/named-runs.ts";
import type { ActionContext } from "./action.ts";
import type { Actor } from "./actor.ts";
import { notFound, type Reply } from "./reply.ts";

/** An id or the start of one, `owner/repo`, or `owner/repo#pr`. */
export const RunInput = z.object({ run: z.string().min(1).max(160) });

/** Which run a name means, among those that whoever asks may know of. */
export async function resolveRun(
  db: Db,
  text: string,
  mayKnow: (run: Run) => boolean = () => true,
): Promise<Chosen<Run>> {
  const name = parseRunName(text);
  if (name === null) return { kind: "none" };
  return chooseRun(name, (await findNamedRuns(db, name)).filter(mayKnow));
}

/** Finds the run that is meant; from GitHub only runs exist that are the app's own in the repository where the words were said. */
export async function withRun(
  { world }: ActionContext,
  actor: Actor,
  { run: name }: { run: string },
  then: (run: Run) => Promise<Reply>,
): Promise<Reply> {
  const chosen = await resolveRun(world.database.knex, name, (run) => isInReach(actor, run));
  if (chosen.kind === "found") return then(chosen.run);
  if (chosen.kind === "none") return notFound(`There is no run ${name}.`);
  return { ok: false, kind: "usage", text: severalInWords(name, chosen.runs) };
}

/** From GitHub only runs of the actor's repository; by way of a fork only from the operator's control repository. */
export function isInReach(actor: Actor, run: Run): boolean {
  if (actor.via !== "github") return true;
  const { inControl = false, repositoryId } = actor;
  return run.mode === "fork" ? inControl : run.repositoryId === repositoryId;
}
