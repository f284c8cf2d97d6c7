import type { Knex } from "knex";

/** What each run has asked of GitHub, by kind; under the empty id what was asked for no run in particular. */
export async function createApiCalls(knex: Knex): Promise<void> {
  await knex.schema.createTable("api_calls", (table) => {
    table.string("run_id", 64).notNullable();
    table.string("kind", 20).notNullable();
    table.bigInteger("calls").notNullable();
    table.primary(["run_id", "kind"]);
  });
}
