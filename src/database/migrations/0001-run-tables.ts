import type { Knex } from "knex";

export function runs(t: Knex.CreateTableBuilder): void {
  t.text("id").primary();
  t.text("owner").notNullable();
  t.text("repo").notNullable();
  t.bigInteger("repository_id");
  t.bigInteger("installation_id");
  t.text("mode").notNullable();
  t.text("prompt_version").notNullable();
  t.text("request").notNullable();
  t.integer("issue");
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
  t.index(["repository_id", "issue"]);
  t.index(["repository_id", "pr_number"]);
  t.index(["repository_id", "published_sha"]);
  t.index(["state", "updated_at"]);
}

export function journal(t: Knex.CreateTableBuilder): void {
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

export function changes(t: Knex.CreateTableBuilder): void {
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

export function approvals(t: Knex.CreateTableBuilder): void {
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
  t.text("mac");
  t.bigInteger("expires_at").notNullable();
  t.bigInteger("created_at").notNullable();
  t.index(["run_id"]);
}

export function surfaces(t: Knex.CreateTableBuilder): void {
  t.text("run_id").notNullable().references("runs.id");
  t.text("kind").notNullable();
  t.text("target").notNullable();
  t.bigInteger("external_id").notNullable();
  t.text("body_hash").notNullable();
  t.primary(["run_id", "kind", "target"]);
}
