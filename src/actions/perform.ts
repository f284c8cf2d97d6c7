import { z } from "zod";
import { findRun } from "../database/runs.ts";
import type { Action, ActionContext } from "./action.ts";
import { ACTIONS, findAction } from "./actions.ts";
import { type Actor, lacks, mayUse } from "./actor.ts";
import { type Reply, refuse } from "./reply.ts";

export type { ActionContext } from "./action.ts";
export { ACTIONS };

/** The one way in: finds the action, checks who asks and what they give, and carries it out. */
export async function perform(
  context: ActionContext,
  actor: Actor,
  name: string,
  input: Record<string, unknown>,
): Promise<Reply> {
  const found = findAction(name);
  if (found === null)
    return {
      ok: false,
      kind: "usage",
      text: `There is no command ${name}. Known: ${Object.keys(ACTIONS).join(", ")}.`,
    };
  const parsed = found.action.input.safeParse(input);
  if (!parsed.success) return { ok: false, kind: "usage", text: z.prettifyError(parsed.error) };
  if (!(await isAllowed(context, actor, found.action, input))) return refuse(lacks(actor, found.action.tier));
  return found.action.run(context, actor, parsed.data);
}

async function isAllowed(
  { world }: ActionContext,
  actor: Actor,
  { tier, requesterMay }: Action,
  input: Record<string, unknown>,
): Promise<boolean> {
  if (mayUse(actor, tier)) return true;
  if (!requesterMay || actor.via !== "github" || typeof input.run !== "string") return false;
  const run = await findRun(world.database.knex, input.run);
  return run?.repositoryId === actor.repositoryId && run.request.author === actor.login;
}
