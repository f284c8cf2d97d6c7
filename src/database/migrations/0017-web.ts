import type { Knex } from "knex";

/** Who is signed in to the run pages, the links that sign in once, and what the pages and the metrics count by. */
export async function createWeb(knex: Knex): Promise<void> {
  await knex.schema.createTable("web_sessions", (t) => {
    // Hashes only: reading the database signs nobody in.
    t.text("token_hash").primary();
    t.text("kind").notNullable();
    t.text("login").notNullable();
    t.bigInteger("created_at").notNullable();
    t.bigInteger("expires_at").notNullable();
  });
  await knex.schema.createTable("web_links", (t) => {
    t.text("token_hash").primary();
    t.text("made_by").notNullable();
    t.bigInteger("created_at").notNullable();
    t.bigInteger("expires_at").notNullable();
    t.bigInteger("used_at");
  });
  for (const index of INDEXES) await knex.raw(index);
}

const INDEXES = [
  "create index runs_updated on runs (updated_at)",
  "create index runs_repository_state on runs (repository_id, mode, state, state_since)",
  "create index runs_ended on runs (state_since, state, repository_id, mode) where state in ('DONE', 'FAILED')",
  "create index attempts_outcome on attempts (status, grade, reason)",
  "create index attempts_finished on attempts (finished_at) where finished_at is not null",
  "create index jobs_dead on jobs (lane) where status = 'dead'",
];
