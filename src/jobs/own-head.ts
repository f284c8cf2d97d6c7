import type { Db } from "../database/connect.ts";
import { readJournal } from "../database/journal.ts";

/** GitHub may show an earlier head for a moment after our push; whoever shows it for longer has been put back to it. */
const LAG_MS = 60_000;

/** True for a commit that the engine itself has published for the run: the newest, or an earlier one that GitHub still shows. */
export async function isOwnHead(db: Db, runId: string, sha: string, nowMs: number): Promise<boolean> {
  const entries = await readJournal(db, runId, {
    types: ["branch.published", "change.published", "pr.opened"],
  });
  const published = entries.flatMap(({ event, at }) => ("sha" in event ? [{ sha: event.sha, at }] : []));
  const newest = published.at(-1);
  if (newest === undefined || !published.some((one) => one.sha === sha)) return false;
  return newest.sha === sha || nowMs - newest.at < LAG_MS;
}
