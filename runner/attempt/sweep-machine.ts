import { join } from "node:path";
import type { AttemptSpec } from "../../src/core/packet.ts";
import { isInstallationUsed } from "../../src/database/runs.ts";
import type { World } from "../../src/engine/world.ts";
import { sweepMirrors } from "../workspace/sweep-mirrors.ts";
import { packetsIn } from "./complete-packet.ts";
import type { RunnerSettings } from "./settings.ts";
import { sweepReports } from "./sweep-reports.ts";
import { sweepWorkspaces } from "./sweep-workspaces.ts";

/** What nobody needs on this machine any more: old reports, packets and private mirrors, and workspaces of runs that are over. */
export async function sweepMachine(
  world: World,
  { baseDir, dataDir, cacheDir }: Pick<RunnerSettings, "baseDir" | "dataDir" | "cacheDir">,
  { policy }: Pick<AttemptSpec, "policy">,
): Promise<void> {
  const { database, log } = world;
  const { artifact_days: days } = policy.retention;
  const isKept = async (installationId: number) =>
    days === 0 || (await isInstallationUsed(database, { installationId, days }));
  const places = [{ folder: join(dataDir, "reports") }, packetsIn(dataDir)];
  const sweeps: Promise<unknown>[] = [
    ...places.map((place) => sweepReports(database.knex, { ...place, days })),
    sweepMirrors(cacheDir, isKept),
    sweepWorkspaces(world, baseDir),
  ];
  for (const swept of await Promise.allSettled(sweeps))
    if (swept.status === "rejected") log.warn({ err: swept.reason }, "what is old was not swept");
}
