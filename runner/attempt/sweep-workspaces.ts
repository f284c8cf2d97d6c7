import { existsSync } from "node:fs";
import { findAtRest } from "../../src/database/runs-at-rest.ts";
import type { World } from "../../src/engine/world.ts";
import { listWorkspaces, removeWorkspace } from "../workspace/sweep.ts";

/**
 * Removes this machine's workspaces of runs that are over: a run that is taken up again is laid out anew, and its thread
 * lies in the database. One that nobody knows is left alone. A sweep that fails stops nothing; the next one tries again.
 */
export async function sweepWorkspaces({ database, log }: World, baseDir: string): Promise<void> {
  if (!existsSync(baseDir)) return; // nothing was ever laid out here
  try {
    const kept = await listWorkspaces(baseDir);
    const over = await findAtRest(
      database.knex,
      kept.map(({ runId }) => runId),
    );
    for (const workspace of kept.filter(({ runId }) => over.has(runId)))
      await removeWorkspace(baseDir, workspace);
  } catch (error) {
    log.warn({ err: error }, "old workspaces not swept");
  }
}
