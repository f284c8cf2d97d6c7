import type { Knex } from "knex";

/** The base commit that a change has merged into its branch, where it has. */
export async function addMergedBase(knex: Knex): Promise<void> {
  await knex.schema.alterTable("changes", (t) => {
    t.text("merged_sha");
  });
}
