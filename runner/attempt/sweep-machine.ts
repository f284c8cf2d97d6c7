import { join } from "node:path";
import type { AttemptSpec } from "../../src/core/packet.ts";
import { isInstallationUsed } from "../../src/database/runs.ts";
import type { World } from "../../src/engine/world.ts";
import { sweepMirrors } from "../workspace/sweep-mirrors.ts";
import { packetsIn } from "./complete-packet.ts";
import type { RunnerSettings } from "./settings.ts";
import { sweepReports } from "./sweep-reports.ts";

/** What lies on this machine longer than artifacts are kept: reports, packets, and mirrors of private repositories. */
export async function sweepMachine(
  { database, log }: World,
  { dataDir, cacheDir }: Pick<RunnerSettings, "dataDir" | "cacheDir">,
  { policy }: Pick<AttemptSpec, "policy">,
): Promise<void> {
  const { artifact_days: days } = policy.retention;
  const isUsed = (installationId: number) => isInstallationUsed(database, { installationId, days });
  const places = [{ folder: join(dataDir, "reports") }, packetsIn(dataDir)];
  const sweeps: Promise<unknown>[] = [
    ...places.map((place) => sweepReports(database.knex, { ...place, days })),
    sweepMirrors(cacheDir, isUsed),
  ];
  for (const swept of await Promise.allSettled(sweeps))
    if (swept.status === "rejected") log.warn({ err: swept.reason }, "what is old was not swept");
}
