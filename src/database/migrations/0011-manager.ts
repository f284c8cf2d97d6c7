import type { Knex } from "knex";

/** What the manager's model was asked and what that cost. */
export async function createManager(knex: Knex): Promise<void> {
  await knex.schema.createTable("manager_calls", calls);
  await knex.schema.alterTable("notices", (t) => t.index(["run_id"]));
}

function calls(t: Knex.CreateTableBuilder): void {
  t.bigIncrements("id");
  t.text("run_id").references("runs.id");
  t.bigInteger("repository_id");
  t.integer("day").notNullable();
  t.text("question").notNullable();
  // What it is about, so that nothing is asked about twice: an attempt, a review.
  t.text("subject").notNullable();
  t.text("model").notNullable();
  t.text("input_hash").notNullable();
  // asked: under way, or its process died; answered; failed.
  t.text("status").notNullable();
  t.text("answer");
  t.text("why");
  t.bigInteger("tokens").notNullable();
  t.bigInteger("cost").notNullable();
  t.bigInteger("created_at").notNullable();
  t.unique(["run_id", "question", "subject"]);
  t.index(["input_hash"]);
  t.index(["repository_id", "day"]);
  t.index(["day"]);
}
