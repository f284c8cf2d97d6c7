import type { WriteProse } from "../actions/write-prose.ts";
import type { AppSettings } from "../config/settings.ts";
import type { World } from "../engine/world.ts";
import type { Manager } from "../jobs/context.ts";
import { writeProse } from "../jobs/write-prose.ts";
import { managerOf } from "./manager-of.ts";

/** Longer than a question may take by any setting: the manager's own limit ends it, and that is no failure of the request. */
const PATIENCE_MS = 15 * 60_000;

export function proseBy(context: { world: World; manager: Manager }): WriteProse {
  return (material, policy) =>
    writeProse(context, { material, policy, signal: AbortSignal.timeout(PATIENCE_MS) });
}

/** The same in a process that is not the app; a model is looked for only when it is to write. */
export function openProse(settings: AppSettings, world: World): WriteProse {
  return async (...order) => proseBy({ world, manager: await managerOf(settings) })(...order);
}
