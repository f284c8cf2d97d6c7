import type { Knex } from "knex";

/** What attempts may spend and have spent, and what people have added to limits. A day is the number of days since 1970, UTC. */
export async function createSpending(knex: Knex): Promise<void> {
  await knex.schema.createTable("spending", spending);
  await knex.schema.createTable("lifts", lifts);
  await knex.schema.alterTable("attempts", (t) => {
    // When the runner last told of its progress: an attempt that is cut off has lasted until then.
    t.bigInteger("seen_at");
  });
  await knex.raw("create index spending_reserved on spending (run_id) where status = 'reserved'");
}

function spending(t: Knex.CreateTableBuilder): void {
  t.text("run_id").notNullable().references("runs.id");
  t.integer("number").notNullable();
  t.bigInteger("repository_id").notNullable();
  t.integer("day").notNullable();
  // reserved: the attempt is under way, and what it may spend at most counts; settled: what it has spent counts.
  t.text("status").notNullable();
  t.bigInteger("tokens").notNullable();
  t.bigInteger("cost").notNullable();
  t.bigInteger("wall").notNullable();
  // What tokens cost when the attempt was asked for; null when nobody knew.
  t.text("price");
  t.bigInteger("created_at").notNullable();
  t.bigInteger("settled_at");
  t.primary(["run_id", "number"]);
  t.index(["repository_id", "day"]);
  t.index(["day"]);
}

function lifts(t: Knex.CreateTableBuilder): void {
  t.bigIncrements("id");
  t.text("run_id").notNullable().references("runs.id");
  t.bigInteger("repository_id");
  t.integer("day").notNullable();
  t.text("scope").notNullable();
  t.text("kind").notNullable();
  t.bigInteger("amount").notNullable();
  t.bigInteger("created_at").notNullable();
  t.index(["run_id"]);
  t.index(["day"]);
}
