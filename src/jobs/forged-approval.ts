import type { Job, Outcome } from "../core/job.ts";
import type { Approval } from "../database/approvals.ts";
import { insertNotice } from "../database/notices.ts";
import type { AppContext } from "./context.ts";

/** Nobody but somebody with access to the database can have made it so. */
export async function alarmForged({ world }: AppContext, job: Job, { id }: Approval): Promise<Outcome> {
  await insertNotice(world.database, world.database.knex, {
    runId: job.runId,
    priority: "urgent",
    text: `Approval ${id} does not carry the app's signature; no pull request was opened, and nothing was pushed.`,
    cause: `forged:${id}`,
  });
  return { kind: "dead", why: "the approval does not carry the app's signature" };
}
