import type { Knex } from "knex";

/** The key that each runner enrols, as a person approved it, and what was sealed to it for one claim of one job. */
export async function createLentTokens(knex: Knex): Promise<void> {
  await knex.schema.alterTable("runners", (t) => {
    t.text("public_key");
    t.text("approved_key");
    t.text("key_mac");
  });
  await knex.schema.createTable("lent_tokens", (t) => {
    t.bigInteger("job_id").notNullable().references("jobs.id");
    t.bigInteger("claim_id").notNullable();
    // One of the two: the sealed token, or why there is none.
    t.text("envelope");
    t.text("refusal");
    t.bigInteger("created_at").notNullable();
    t.primary(["job_id", "claim_id"]);
  });
}
