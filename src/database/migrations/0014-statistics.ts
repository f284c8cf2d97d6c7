import type { Knex } from "knex";
import { fillFigures } from "./0014-fill-figures.ts";

/** Narrow rows and indexes that statistics are computed from, and what is proposed from them. */
export async function createStatistics(knex: Knex): Promise<void> {
  await knex.schema.createTable("attempt_figures", attemptFigures);
  await knex.schema.createTable("proposals", proposals);
  await knex.schema.createTable("proposal_journal", proposalJournal);
  for (const index of INDEXES) await knex.raw(index);
  await fillFigures(knex);
}

/** The rows of runs and of the journal hold long texts; these indexes answer without reading them. */
const INDEXES = [
  "create index runs_statistics on runs (id, created_at, owner, repo, prompt_version, state, pr_open, pr_number, published_sha)",
  "create index journal_types on journal (type, run_id, at)",
  "create index journal_moves on journal (run_id, from_state, to_state, at) where from_state <> to_state",
];

/** What a report comes to in figures; `attempts` beside it holds the report itself. */
function attemptFigures(t: Knex.CreateTableBuilder): void {
  t.text("attempt_id").primary().references("attempts.id");
  t.text("run_id").notNullable().references("runs.id");
  t.integer("number").notNullable();
  t.text("grade").notNullable();
  t.text("reason").notNullable();
  t.text("model");
  // name@version of each skill it had, in the order of their names; empty where it had none.
  t.text("skills").notNullable();
  t.bigInteger("tokens").notNullable();
  t.bigInteger("started_at").notNullable();
  t.bigInteger("finished_at").notNullable();
  // From being asked for until a runner began with it.
  t.bigInteger("waited_ms").notNullable();
  t.bigInteger("total_ms").notNullable();
  for (const stage of ["provision", "codex", "candidate", "verify", "seal"]) t.bigInteger(`${stage}_ms`);
  t.index(["run_id", "number", "finished_at", "attempt_id"]);
  t.index(["finished_at"]);
}

function proposals(t: Knex.CreateTableBuilder): void {
  t.text("id").primary();
  // What it changes and from where: the same is not proposed twice.
  t.text("subject").notNullable().unique();
  t.text("status").notNullable();
  t.text("proposal").notNullable();
  // What accepting it wrote.
  t.text("written");
  t.bigInteger("created_at").notNullable();
  t.bigInteger("updated_at").notNullable();
  t.bigInteger("decided_at");
}

/** Append-only. */
function proposalJournal(t: Knex.CreateTableBuilder): void {
  t.bigIncrements("id");
  t.text("proposal_id").notNullable().references("proposals.id");
  t.text("type").notNullable();
  t.text("by").notNullable();
  t.text("detail").notNullable();
  t.bigInteger("at").notNullable();
  t.index(["proposal_id"]);
}
