import type { Knex } from "knex";

/** Where a run's branch goes in fork mode, and what was last seen of its pull request by polling. */
export async function addForks(knex: Knex): Promise<void> {
  await knex.schema.alterTable("runs", (t) => {
    t.text("fork");
  });
  await knex.schema.createTable("polls", (t) => {
    t.text("run_id").primary().references("runs.id");
    t.text("seen").notNullable();
    t.bigInteger("looked_at").notNullable();
  });
}
