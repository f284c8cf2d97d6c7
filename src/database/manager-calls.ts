import { z } from "zod";
import type { QuestionName } from "../core/manager-question.ts";
import { fromRow, storable } from "./columns.ts";
import type { Database, Db } from "./connect.ts";
import { today } from "./spending.ts";

export type Call = {
  runId: string | null;
  repositoryId: number | null;
  question: QuestionName;
  /** What it is about: nothing is asked about twice. */
  subject: string;
  model: string;
  inputHash: string;
};

/** Writes that a question is about to be asked, before it is; null when that has been done before. */
export async function beginCall(database: Database, db: Db, call: Call): Promise<number | null> {
  const rows = await db("manager_calls")
    .insert({
      run_id: call.runId,
      repository_id: call.repositoryId,
      day: today(database, db),
      question: call.question,
      subject: call.subject,
      model: call.model,
      input_hash: call.inputHash,
      ...{ status: "asked", tokens: 0, cost: 0 },
      created_at: database.now(db),
    })
    .onConflict(["run_id", "question", "subject"])
    .ignore()
    .returning("id");
  return rows[0] === undefined ? null : Number(rows[0].id);
}

export type CallEnd = { tokens: number; cost: number } & ({ answer: unknown } | { why: string });

export async function endCall(db: Db, id: number, end: CallEnd): Promise<void> {
  const { tokens, cost } = end;
  const said =
    "answer" in end
      ? { status: "answered", answer: storable(JSON.stringify(end.answer)) }
      : { status: "failed", why: storable(end.why.slice(0, 2_000)) };
  await db("manager_calls")
    .where({ id })
    .update({ tokens, cost, ...said });
}

/** A question that was not really asked. */
export async function forgetCall(db: Db, id: number): Promise<void> {
  await db("manager_calls").where({ id, status: "asked" }).del();
}

/** Longer than any model is waited for. */
const ABANDONED_MS = 15 * 60_000;

/** A question whose process died over it may be asked anew. */
export async function forgetAbandoned(
  database: Database,
  { runId, question, subject }: { runId: string; question: QuestionName; subject: string },
): Promise<void> {
  const { knex } = database;
  await knex("manager_calls")
    .where({ run_id: runId, question, subject, status: "asked" })
    .where("created_at", "<", knex.raw("? - ?", [database.now(), ABANDONED_MS]))
    .del();
}

/** What was answered to exactly this before, by the same model; null when nothing was. */
export async function findAnswer(db: Db, inputHash: string): Promise<unknown> {
  const row = await db("manager_calls")
    .where({ input_hash: inputHash, status: "answered" })
    .orderBy("id", "desc")
    .first("answer");
  return row === undefined ? null : JSON.parse(row.answer);
}

/** What was answered about exactly this, and by which model; null when nothing was. */
export async function findAnswerAbout(
  db: Db,
  { runId, question, subject }: { runId: string; question: QuestionName; subject: string },
): Promise<{ answer: unknown; model: string } | null> {
  const row = await db("manager_calls")
    .where({ run_id: runId, question, subject, status: "answered" })
    .first("answer", "model");
  return row === undefined ? null : { answer: JSON.parse(row.answer), model: row.model };
}

const Row = z.object({
  question: z.string(),
  subject: z.string(),
  status: z.enum(["asked", "answered", "failed"]),
  why: z.string().nullable(),
  tokens: z.coerce.number(),
  cost: z.coerce.number(),
});
export type CallRow = z.infer<typeof Row>;

/** What the model was asked about a run, oldest first. */
export async function listCalls(db: Db, runId: string): Promise<CallRow[]> {
  const rows = await db("manager_calls").where({ run_id: runId }).orderBy("id").limit(1_000);
  return rows.map((row) => Row.parse(fromRow(row)));
}
