import { rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Outcome } from "../core/job.ts";
import {
  type Artifact,
  listExpiredArtifacts,
  markArtifactsRemoved,
  repositoriesWithArtifacts,
} from "../database/artifacts.ts";
import { trimCommandCounts } from "../database/command-counts.ts";
import { trimInbox } from "../database/inbox.ts";
import { trimJobs } from "../database/job-queries.ts";
import { trimLent } from "../database/lent-tokens.ts";
import { trimUpdates } from "../database/telegram-updates.ts";
import { trimTold } from "../database/told.ts";
import { trimWeb } from "../database/web-sessions.ts";
import type { AppContext } from "./context.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * 3_600_000;

/** Most artifacts that one pass removes; what is left has its turn a minute later. */
const MOST = 1_000;

type Trimming = Pick<AppContext, "world" | "dataDir" | "policyFor">;

/** Drops what nobody will read again: payloads of processed deliveries, finished jobs, artifacts whose time is over. */
export async function trim(context: Trimming): Promise<Outcome> {
  const { database, log } = context.world;
  const deliveries = await trimInbox(database, 3 * DAY_MS);
  await trimLent(database, HOUR_MS);
  const jobs = await trimJobs(database, 14 * DAY_MS);
  await trimCommandCounts(database, 2 * DAY_MS);
  await trimWeb(database);
  await trimTold(database, 14 * DAY_MS);
  await trimUpdates(database, 2 * DAY_MS);
  const artifacts = await trimArtifacts(context);
  log.info({ deliveries, jobs, artifacts }, "trimmed");
  return artifacts < MOST
    ? { kind: "done" }
    : { kind: "park", why: "more artifacts are over their time", afterMs: 60_000 };
}

/** Each repository's policy says how long its artifacts are kept. */
async function trimArtifacts(context: Trimming): Promise<number> {
  const { database } = context.world;
  let removed = 0;
  for (const repository of await repositoriesWithArtifacts(database, DAY_MS)) {
    const { artifact_days: days } = context.policyFor(repository).retention;
    if (days === 0) continue; // for ever
    const olderMs = days * DAY_MS;
    const limit = MOST - removed;
    if (limit === 0) break;
    const expired = await listExpiredArtifacts(database, { ...repository, olderMs, limit });
    const gone = await removeFiles(context, expired);
    await markArtifactsRemoved(database, gone, "expired");
    removed += gone.length;
  }
  return removed;
}

/** The rows whose files are no longer here: removed now, or on another machine, whose runner sweeps after itself. */
async function removeFiles({ dataDir, world }: Trimming, artifacts: readonly Artifact[]): Promise<number[]> {
  const gone = [];
  for (const { id, location } of artifacts) {
    try {
      if (liesIn(dataDir, location)) await rm(location, { force: true });
      gone.push(id);
    } catch (error) {
      world.log.warn({ err: error, artifact: id }, "artifact not removed");
    }
  }
  return gone;
}

const FOLDERS = ["reports", "task_packets"] as const;

/** A row may have been written by anybody: only files directly in our own folders are ever removed. */
function liesIn(dataDir: string, location: string): boolean {
  return FOLDERS.some((folder) => dirname(resolve(location)) === join(dataDir, folder));
}
