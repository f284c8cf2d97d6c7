import type { Knex } from "knex";

/** How far something that goes on for ever has come; one row for each. */
export async function createMarks(knex: Knex): Promise<void> {
  await knex.schema.createTable("marks", (t) => {
    t.text("name").primary();
    t.bigInteger("value").notNullable();
  });
}
