import type { Knex } from "knex";

/** What the Telegram bot must not forget when it is started anew. */
export async function createTelegram(knex: Knex): Promise<void> {
  await knex.schema.createTable("chats", (t) => {
    t.bigInteger("id").primary();
    // The run that the chat is about, and those of its last list in order.
    t.text("run_id");
    t.text("listed").notNullable();
    // Set when Telegram said that the bot may not write there any more.
    t.bigInteger("closed_at");
    t.bigInteger("updated_at").notNullable();
  });
  await knex.schema.createTable("cards", (t) => {
    t.text("id").primary();
    t.bigInteger("chat_id").notNullable();
    t.bigInteger("message_id");
    t.text("run_id").notNullable().references("runs.id");
    t.text("kind").notNullable();
    t.text("tier").notNullable();
    t.text("body_hash").notNullable();
    t.bigInteger("edited_at").notNullable();
    t.index(["chat_id", "message_id"]);
    t.index(["run_id"]);
  });
  await knex.schema.createTable("buttons", (t) => {
    // What the button carries is kept only as a hash.
    t.text("hash").primary();
    t.bigInteger("chat_id").notNullable();
    t.text("card_id");
    t.text("action").notNullable();
    t.text("input").notNullable();
    t.boolean("once").notNullable();
    t.text("used_cause");
    t.bigInteger("expires_at").notNullable();
    t.index(["card_id"]);
    t.index(["expires_at"]);
  });
  await knex.schema.createTable("telegram_updates", (t) => {
    t.bigInteger("id").primary();
    // Gone once it was dealt with.
    t.text("payload");
    t.bigInteger("received_at").notNullable();
    t.index(["received_at"]);
  });
  await knex.schema.createTable("told", (t) => {
    t.bigInteger("chat_id").notNullable();
    t.text("cause").notNullable();
    t.bigInteger("at").notNullable();
    t.primary(["chat_id", "cause"]);
  });
}
