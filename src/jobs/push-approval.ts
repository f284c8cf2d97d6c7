import type { Knex } from "knex";
import type { Event } from "../core/event.ts";
import type { Run } from "../core/run.ts";
import { type Approval, findApproval, newestApproval, stepApproval } from "../database/approvals.ts";
import type { StoredChange } from "../database/changes.ts";
import { covers, isApproved } from "../engine/approval-mac.ts";
import type { AppContext } from "./context.ts";

export type PushApproval =
  | { kind: "awaited" }
  | { kind: "forged"; approval: Approval }
  | { kind: "confirmed"; approval: Approval };

/** What a person said of pushing exactly this change to the open pull request. */
export async function findPushApproval(
  { world }: AppContext,
  run: Run,
  change: StoredChange,
): Promise<PushApproval> {
  const approval = await newestApproval(world.database.knex, run.id);
  if (approval?.status !== "confirmed") return { kind: "awaited" };
  if (!isApproved(world, approval)) return { kind: "forged", approval };
  return covers(approval, run, change) ? { kind: "confirmed", approval } : { kind: "awaited" };
}

/**
 * Uses the approval up, or voids it where nothing was pushed; returns what is told of the push. What was turned down while
 * it was being pushed stands on the branch, and the run stays sent back.
 */
export async function settlePush(trx: Knex.Transaction, { id }: Approval, event: Event): Promise<Event> {
  const to = event.type === "change.published" ? "used" : "void";
  const isSettled = await stepApproval(trx, { id, from: "confirmed", to });
  if (isSettled || event.type !== "change.published") return event;
  const isRejected = (await findApproval(trx, id))?.status === "rejected";
  return isRejected ? { type: "branch.published", sha: event.sha } : event;
}
