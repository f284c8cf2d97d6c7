import type { Policy } from "../core/policy.ts";
import { readNow } from "../database/connect.ts";
import { unreviewedRuns } from "../database/neglected-runs.ts";
import { insertNotice } from "../database/notices.ts";
import type { World } from "../engine/world.ts";

const DAY_MS = 24 * 3_600_000;

type Telling = {
  world: Pick<World, "database">;
  policyFor(repository: { owner: string; repo: string }): Policy;
};

/** Tells the operator, once for each stay, of pull requests that no reviewer has said a word about for as long as policy says. */
export async function tellSilence({ world: { database }, policyFor }: Telling, limit: number): Promise<void> {
  const now = await readNow(database);
  const order = { forMs: DAY_MS, limit };
  for (const { id, owner, repo, prNumber, since, cause } of await unreviewedRuns(database, order)) {
    const days = policyFor({ owner, repo }).review_silence;
    if (days === 0 || now - since < days * DAY_MS) continue;
    const text = `Run ${id}: pull request #${prNumber} on ${owner}/${repo} has had no reviewer's word for ${days} days. Remind somebody there, or give it up.`;
    await insertNotice(database, database.knex, { runId: id, priority: "normal", text, cause });
  }
}
