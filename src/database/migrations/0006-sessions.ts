import type { Knex } from "knex";

/** The file of a run's Codex thread, so that any runner can go on with it: the newest one of each run. */
export async function createSessions(knex: Knex): Promise<void> {
  await knex.schema.createTable("sessions", (t) => {
    t.text("run_id").primary().references("runs.id");
    t.text("attempt_id").notNullable();
    t.text("thread_id").notNullable();
    t.text("sha256").notNullable();
    t.bigInteger("bytes").notNullable();
    // Compressed; null where it was too large to be kept.
    t.binary("data");
    t.bigInteger("created_at").notNullable();
  });
}
