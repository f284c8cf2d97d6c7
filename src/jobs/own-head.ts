import type { Db } from "../database/connect.ts";
import { readJournal } from "../database/journal.ts";

/** True for a commit that the engine itself has published for the run, now or earlier. */
export async function isOwnHead(db: Db, runId: string, sha: string): Promise<boolean> {
  const entries = await readJournal(db, runId, {
    types: ["branch.published", "change.published", "pr.opened"],
  });
  return entries.some(({ event }) => "sha" in event && event.sha === sha);
}
