import type { Knex } from "knex";

/** A row outlives its file, and says when and why that was removed. */
export async function removedArtifacts(knex: Knex): Promise<void> {
  await knex.schema.alterTable("artifacts", (t) => {
    t.bigInteger("removed_at");
    t.text("removed_why");
    t.index(["location"]);
  });
  await knex.raw("create index artifacts_present on artifacts (created_at) where removed_at is null");
}
