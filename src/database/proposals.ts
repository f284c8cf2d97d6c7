import { createHash } from "node:crypto";
import { z } from "zod";
import { Proposal } from "../core/learning/proposal.ts";
import { fromRow } from "./columns.ts";
import type { Database, Db } from "./connect.ts";

export const PROPOSAL_STATES = ["open", "accepted", "rejected"] as const;

export const StoredProposal = z.object({
  id: z.string(),
  status: z.enum(PROPOSAL_STATES),
  proposal: Proposal,
  /** The version that accepting it wrote, and where. */
  written: z.object({ version: z.string(), file: z.string() }).nullable(),
  createdAt: z.number(),
  updatedAt: z.number(),
  decidedAt: z.number().nullable(),
});
export type StoredProposal = z.infer<typeof StoredProposal>;

export const ProposalEntry = z.object({
  type: z.string(),
  by: z.string(),
  detail: z.string(),
  at: z.number(),
});
export type ProposalEntry = z.infer<typeof ProposalEntry>;

/** Writes a proposal down. One that is open gets the newer evidence; one that was decided stays as it was. */
export async function noteProposal(
  database: Database,
  proposal: Proposal,
  by: string,
): Promise<StoredProposal> {
  return database.transaction(async (trx) => {
    const { subject } = proposal;
    const id = `prop_${createHash("sha256").update(subject).digest("hex").slice(0, 8)}`;
    const now = database.now(trx);
    const row = {
      id,
      subject,
      status: "open",
      proposal: JSON.stringify(proposal),
      created_at: now,
      updated_at: now,
    };
    const made = await trx("proposals").insert(row).onConflict("subject").ignore().returning("id");
    if (made.length > 0) await journal(database, trx, { id, type: "made", by, detail: proposal.title });
    else
      await trx("proposals")
        .where({ subject, status: "open" })
        .update({ proposal: row.proposal, updated_at: now });
    return StoredProposal.parse(parsed(await trx("proposals").where({ subject }).first()));
  });
}

export async function listProposals(db: Db, { all }: { all: boolean }): Promise<StoredProposal[]> {
  const query = db("proposals")
    .orderBy([{ column: "created_at", order: "desc" }, "id"])
    .limit(1_000);
  if (!all) query.where({ status: "open" });
  return (await query).map((row) => StoredProposal.parse(parsed(row)));
}

export async function findProposal(db: Db, id: string): Promise<StoredProposal | null> {
  const row = await db("proposals").where({ id }).first();
  return row ? StoredProposal.parse(parsed(row)) : null;
}

export async function readProposalJournal(db: Db, id: string): Promise<ProposalEntry[]> {
  const rows = await db("proposal_journal").where({ proposal_id: id }).orderBy("id").limit(1_000);
  return rows.map((row) => ProposalEntry.parse(row));
}

export type Verdict = {
  id: string;
  status: "accepted" | "rejected";
  by: string;
  detail: string;
  written: StoredProposal["written"];
};

/** Decides an open proposal, once; false when somebody has decided it before. */
export async function decideProposal(database: Database, verdict: Verdict): Promise<boolean> {
  const { id, status, by, detail, written } = verdict;
  return database.transaction(async (trx) => {
    const changed = await trx("proposals")
      .where({ id, status: "open" })
      .update({ status, written: written && JSON.stringify(written), decided_at: database.now(trx) });
    if (changed === 1) await journal(database, trx, { id, type: status, by, detail });
    return changed === 1;
  });
}

type Entry = { id: string; type: string; by: string; detail: string };

async function journal(database: Database, trx: Db, { id, ...entry }: Entry): Promise<void> {
  await trx("proposal_journal").insert({ proposal_id: id, ...entry, at: database.now(trx) });
}

function parsed(row: Record<string, unknown>): Record<string, unknown> {
  return fromRow(row, { json: ["proposal", "written"] });
}
