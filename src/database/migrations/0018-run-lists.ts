import type { Knex } from "knex";

/** Lists of runs stay quick with many thousands of them: by when they changed, and by what wants a person. */
export async function indexRunLists(knex: Knex): Promise<void> {
  await knex.schema.alterTable("runs", (t) => {
    t.index(["updated_at"]);
    t.index(["state", "state_since"]);
  });
  await knex.raw("create index jobs_dead_of_runs on jobs (run_id) where status = 'dead'");
  await knex.raw("create index approvals_requested on approvals (run_id) where status = 'requested'");
}
