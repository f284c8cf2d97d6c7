import type { Knex } from "knex";

/** Who requested, as an identity that people are told apart by; why the gate was bypassed; what was shown. */
export async function addApprovalDetails(knex: Knex): Promise<void> {
  await knex.schema.alterTable("approvals", (t) => {
    t.text("requested_as");
    t.text("bypass");
    t.text("shown");
  });
}
