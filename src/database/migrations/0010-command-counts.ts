import type { Knex } from "knex";

/** How many commands a person has given, or a repository has seen, in each stretch of time. */
export async function createCommandCounts(knex: Knex): Promise<void> {
  await knex.schema.createTable("command_counts", (t) => {
    t.text("who").notNullable();
    // When the stretch began, by the database's clock.
    t.bigInteger("since").notNullable();
    t.integer("used").notNullable();
    // What was counted last: told once more, it counts no more.
    t.text("last_cause").notNullable();
    t.primary(["who", "since"]);
    t.index(["since"]);
  });
}
