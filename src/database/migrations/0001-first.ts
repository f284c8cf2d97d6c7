import type { Knex } from "knex";

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

function runs(t: Knex.CreateTableBuilder): void {
  t.text("id").primary();
  t.text("owner").notNullable();
  t.text("repo").notNullable();
  t.bigInteger("repository_id");
  t.bigInteger("installation_id");
  t.text("mode").notNullable();
  t.text("prompt_version").notNullable();
  t.text("request").notNullable();
  t.text("base_branch").notNullable();
  t.text("branch").notNullable();
  t.text("state").notNullable();
  t.text("paused_from");
  t.text("reason");
  t.integer("version").notNullable();
  t.integer("epoch").notNullable();
  t.integer("attempts").notNullable();
  t.integer("failed_in_row").notNullable();
  t.integer("iterations").notNullable();
  t.integer("ci_fixes").notNullable();
  t.text("iterating_for");
  t.text("answered").notNullable();
  t.text("thread_id");
  t.text("change_id");
  t.text("change_sha");
  t.text("published_sha");
  t.integer("pr_number");
  t.boolean("pr_open").notNullable();
  t.bigInteger("created_at").notNullable();
  t.bigInteger("updated_at").notNullable();
  t.bigInteger("state_since").notNullable();
  t.index(["repository_id", "pr_number"]);
  t.index(["repository_id", "published_sha"]);
  t.index(["state", "updated_at"]);
}

function journal(t: Knex.CreateTableBuilder): void {
  t.bigIncrements("id");
  t.text("run_id").notNullable().references("runs.id");
  t.text("cause").notNullable();
  t.text("type").notNullable();
  t.text("event").notNullable();
  t.text("from_state").notNullable();
  t.text("to_state").notNullable();
  t.bigInteger("at").notNullable();
  t.unique(["run_id", "cause"]);
}

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

function changes(t: Knex.CreateTableBuilder): void {
  t.text("id").primary();
  t.text("run_id").notNullable().references("runs.id");
  t.text("attempt_id").notNullable().references("attempts.id");
  t.text("base_sha").notNullable();
  t.text("parent_sha").notNullable();
  t.text("tree_sha").notNullable();
  t.text("sha").notNullable();
  t.text("message").notNullable();
  t.text("diff_hash").notNullable();
  t.text("diff").notNullable();
  t.binary("bundle").notNullable();
  // Set by the app alone when it accepts the change; without it nothing is published.
  t.text("accepted_mac");
  t.bigInteger("created_at").notNullable();
  t.index(["run_id"]);
}

function approvals(t: Knex.CreateTableBuilder): void {
  t.text("id").primary();
  t.text("run_id").notNullable().references("runs.id");
  t.text("change_id").notNullable().references("changes.id");
  t.text("sha").notNullable();
  t.text("base_branch").notNullable();
  t.text("base_sha").notNullable();
  t.text("title").notNullable();
  t.text("body").notNullable();
  t.boolean("draft").notNullable();
  t.text("status").notNullable();
  t.text("code_hash");
  t.integer("guesses").notNullable();
  t.text("requested_by").notNullable();
  t.text("confirmed_by");
  t.text("bypass_reason");
  t.text("mac");
  t.bigInteger("expires_at").notNullable();
  t.bigInteger("created_at").notNullable();
  t.index(["run_id"]);
}

function surfaces(t: Knex.CreateTableBuilder): void {
  t.text("run_id").notNullable().references("runs.id");
  t.text("kind").notNullable();
  t.text("target").notNullable();
  t.bigInteger("external_id").notNullable();
  t.text("body_hash").notNullable();
  t.primary(["run_id", "kind", "target"]);
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
