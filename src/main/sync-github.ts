import { setTimeout as sleep } from "node:timers/promises";
import { loadAppKey } from "../config/app-key.ts";
import { readGitHubCredentials } from "../config/github-credentials.ts";
import { readGitHubToken } from "../config/github-token.ts";
import { loadPolicy } from "../config/policy-file.ts";
import type { AppSettings } from "../config/settings.ts";
import { Problem } from "../core/problem.ts";
import { type SyncReport, syncPulls } from "../jobs/sync-pulls.ts";
import { type Access, sharedContext } from "./app-context.ts";
import { openLog, openWorld } from "./open-world.ts";

export type { SyncReport } from "../jobs/sync-pulls.ts";

export type SyncLoop = {
  runId: string | null;
  limit: number;
  dryRun: boolean;
  /** Rounds at most; 0: until stopped. */
  rounds: number;
  intervalMs: number;
  signal: AbortSignal;
  onRound(report: SyncReport): void;
};

/** Polling alone, beside the app or without it: what GitHub says is told to the runs; their work waits for an app. */
export async function syncGitHub(settings: AppSettings, loop: SyncLoop): Promise<void> {
  const access = await accessOf(settings);
  const log = openLog("error", "sync-github");
  const world = await openWorld({
    databaseUrl: settings.databaseUrl,
    key: loadAppKey(settings.dataDir),
    log,
  });
  try {
    const context = await sharedContext({ ...access, ...loadPolicy(settings.policyFile), world });
    for (let round = 1; !loop.signal.aborted; round += 1) {
      loop.onRound(await syncPulls(context, loop));
      if (round === loop.rounds || !(await pause(loop))) return;
    }
  } finally {
    await world.close();
  }
}

async function accessOf(settings: AppSettings): Promise<Access> {
  const credentials = readGitHubCredentials(settings);
  const token = (await readGitHubToken(settings))?.token ?? null;
  if (credentials !== null || token !== null) return { settings, credentials, token };
  throw new Problem(
    "GitHub cannot be asked",
    "the app's credentials are not set, nor is a token",
    "Set APP_ID and PRIVATE_KEY, or AGENTPR_GITHUB_TOKEN, in .env",
  );
}

/** False when it was interrupted. */
function pause({ intervalMs, signal }: SyncLoop): Promise<boolean> {
  return sleep(intervalMs, true, { signal }).catch(() => false); // an interrupted pause is the end of the loop
}
