import type { Knex } from "knex";
import { approvals, changes, journal, runs, surfaces } from "./0001-run-tables.ts";

type Table = (t: Knex.CreateTableBuilder) => void;

/** Times are milliseconds since 1970 by the database server's clock; JSON is text on both databases. */
export async function createTables(knex: Knex): Promise<void> {
  for (const [name, columns] of Object.entries(TABLES)) await knex.schema.createTable(name, columns);
  for (const index of PARTIAL_INDEXES) await knex.raw(index);
}

/** In the order in which they refer to each other. */
const TABLES: Record<string, Table> = {
  runs,
  journal,
  jobs,
  inbox,
  attempts,
  changes,
  approvals,
  surfaces,
  artifacts,
  runners,
  notices,
};

const PARTIAL_INDEXES = [
  "create index jobs_queued on jobs (lane, priority desc, run_after, id) where status = 'queued'",
  "create index jobs_leased on jobs (lease_until) where status = 'leased'",
  "create unique index jobs_serial on jobs (serial) where status = 'leased' and serial is not null",
  "create index jobs_repository on jobs (repository) where status = 'leased' and repository is not null",
];

function jobs(t: Knex.CreateTableBuilder): void {
  t.bigIncrements("id");
  t.text("lane").notNullable();
  t.text("kind").notNullable();
  t.text("run_id").references("runs.id");
  t.text("payload").notNullable();
  t.text("mac");
  t.text("key").notNullable();
  // One waiting job for a key, or one for all time; null once the key may be used again.
  t.text("live_key").unique();
  t.text("once").notNullable();
  // At most one leased job per value, enforced by a partial unique index: never two attempts of one run.
  t.text("serial");
  t.text("repository");
  t.text("status").notNullable();
  t.integer("priority").notNullable();
  t.integer("tries").notNullable();
  t.integer("max_tries").notNullable();
  t.bigInteger("run_after").notNullable();
  t.bigInteger("claim_id").notNullable();
  t.text("worker");
  t.bigInteger("lease_until");
  t.text("last_error");
  t.bigInteger("created_at").notNullable();
  t.bigInteger("finished_at");
  t.index(["run_id"]);
}

function inbox(t: Knex.CreateTableBuilder): void {
  t.text("guid").primary();
  t.text("event").notNullable();
  t.text("payload");
  t.text("status").notNullable();
  t.text("note");
  t.bigInteger("received_at").notNullable();
  t.bigInteger("processed_at");
}

function attempts(t: Knex.CreateTableBuilder): void {
  t.text("id").primary();
  t.text("run_id").notNullable().references("runs.id");
  t.integer("number").notNullable();
  t.bigInteger("job_id").notNullable();
  t.bigInteger("claim_id").notNullable();
  t.text("runner").notNullable();
  t.text("status").notNullable();
  t.text("thread_id");
  t.text("grade");
  t.text("reason");
  t.text("report");
  t.text("progress");
  t.bigInteger("started_at").notNullable();
  t.bigInteger("finished_at");
  t.unique(["job_id", "claim_id"]);
  t.index(["run_id", "number"]);
}

function artifacts(t: Knex.CreateTableBuilder): void {
  t.bigIncrements("id");
  t.text("run_id").notNullable().references("runs.id");
  t.text("attempt_id");
  t.text("name").notNullable();
  t.text("location").notNullable();
  t.bigInteger("bytes").notNullable();
  t.bigInteger("created_at").notNullable();
  t.index(["run_id"]);
}

function runners(t: Knex.CreateTableBuilder): void {
  t.text("id").primary();
  t.text("name").notNullable();
  t.text("version").notNullable();
  t.integer("capacity").notNullable();
  t.boolean("approved").notNullable();
  t.bigInteger("created_at").notNullable();
  t.bigInteger("heartbeat_at").notNullable();
}

function notices(t: Knex.CreateTableBuilder): void {
  t.bigIncrements("id");
  t.text("run_id").references("runs.id");
  t.text("priority").notNullable();
  t.text("text").notNullable();
  t.text("cause").notNullable().unique();
  t.bigInteger("created_at").notNullable();
}
