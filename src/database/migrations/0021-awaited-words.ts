import type { Knex } from "knex";

/** Whose next message in a chat is an answer, to which run, and until when. */
export async function addAwaitedWords(knex: Knex): Promise<void> {
  await knex.schema.alterTable("chats", (t) => {
    t.text("awaits");
  });
}
