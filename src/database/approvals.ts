import { z } from "zod";
import { ShownRequest } from "../core/shown-request.ts";
import { fromRow, toRow } from "./columns.ts";
import type { Database, Db } from "./connect.ts";

export const APPROVAL_STATES = ["requested", "confirmed", "used", "void", "expired", "rejected"] as const;
export const Approval = z.object({
  id: z.string(),
  runId: z.string(),
  changeId: z.string(),
  sha: z.string(),
  baseBranch: z.string(),
  baseSha: z.string(),
  title: z.string(),
  body: z.string(),
  draft: z.boolean(),
  status: z.enum(APPROVAL_STATES),
  codeHash: z.string().nullable(),
  guesses: z.number().int(),
  requestedBy: z.string(),
  /** The same as an identity, such as `github:ada`; null for one of an older version. */
  requestedAs: z.string().nullable(),
  confirmedBy: z.string().nullable(),
  mac: z.string().nullable(),
  /** Why an administrator passed by the gate; null where it was open. */
  bypass: z.string().nullable(),
  /** What people saw of it beside title and body. */
  shown: ShownRequest.nullable(),
  expiresAt: z.number(),
  createdAt: z.number(),
});
export type Approval = z.infer<typeof Approval>;

type NewApproval = Omit<Approval, "expiresAt" | "createdAt">;

/** A new request voids every older one of the run that is still open. */
export async function insertApproval(
  database: Database,
  trx: Db,
  approval: NewApproval,
  ttlMs: number,
): Promise<void> {
  await voidApprovals(trx, approval.runId);
  const now = database.now(trx);
  await trx("approvals").insert({
    ...toRow({ ...approval, shown: approval.shown && JSON.stringify(approval.shown) }),
    created_at: now,
    expires_at: trx.raw("? + ?", [now, ttlMs]),
  });
}

export async function voidApprovals(trx: Db, runId: string): Promise<void> {
  await trx("approvals")
    .where({ run_id: runId })
    .whereIn("status", ["requested", "confirmed"])
    .update({ status: "void" });
}

export async function findApproval(db: Db, id: string): Promise<Approval | null> {
  const row = await db("approvals").where({ id }).first();
  return row ? parseApproval(row) : null;
}

/** The newest approval of a run, whatever became of it. */
export async function newestApproval(db: Db, runId: string): Promise<Approval | null> {
  const row = await db("approvals")
    .where({ run_id: runId })
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .first();
  return row ? parseApproval(row) : null;
}

type ApprovalStep = {
  id: string;
  from: Approval["status"];
  to: Approval["status"];
  confirmedBy?: string;
  mac?: string;
  bypass?: string | null;
};

/** Moves an approval on; false when it is no longer where it was thought to be. This is what makes it single-use. */
export async function stepApproval(trx: Db, { id, from, to, ...more }: ApprovalStep): Promise<boolean> {
  const change = toRow({ status: to, ...more });
  return (await trx("approvals").where({ id, status: from }).update(change)) === 1;
}

/** Counts a wrong code; returns how many there have been. */
export async function countGuess(trx: Db, id: string): Promise<number> {
  const [row] = await trx("approvals").where({ id }).increment("guesses", 1).returning("guesses");
  return Number(row?.guesses);
}

function parseApproval(row: Record<string, unknown>): Approval {
  return Approval.parse(fromRow(row, { booleans: ["draft"], json: ["shown"] }));
}

/** The approval with which the run's pull request was opened. */
export async function findUsedApproval(db: Db, runId: string): Promise<Approval | null> {
  const row = await db("approvals")
    .where({ run_id: runId, status: "used" })
    // Later ones are of pushes.
    .orderBy("created_at")
    .first();
  return row ? parseApproval(row) : null;
}
