import { mayRebind } from "../core/reach.ts";
import type { Run } from "../core/run.ts";
import { readJournal } from "../database/journal.ts";
import { advance } from "./advance.ts";
import type { World } from "./world.ts";

type Reinstalled = { owner: string; installationId: number; cause: string };

/**
 * The run as it goes on through the app's new installation on the repository that it was made for, or null where it may not. Only
 * its number changes: what the old installation could read stays with that one.
 */
export async function rebind(
  world: World,
  run: Run,
  { owner, installationId, cause }: Reinstalled,
): Promise<Run | null> {
  const entries = await readJournal(world.database.knex, run.id, { types: ["run.paused"] });
  const pauses = entries.flatMap(({ event }) => (event.type === "run.paused" ? [event.reason] : []));
  if (!mayRebind(run, { owner, installationId, pauses })) return null;
  const event = { type: "app.reinstalled", installationId } as const;
  const noted = await advance(world, { runId: run.id, event, cause });
  return noted.kind === "noted" ? noted.run : null;
}
