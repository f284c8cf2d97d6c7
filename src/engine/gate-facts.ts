import type { GateFacts } from "../core/gate.ts";
import type { Policy } from "../core/policy.ts";
import type { Run } from "../core/run.ts";
import { listAttempts } from "../database/attempts.ts";
import { findChange } from "../database/changes.ts";
import { changeParts, isSigned } from "./sign.ts";
import type { World } from "./world.ts";

/** What the gate judges: the newest attempt that ended, and the change as it is stored now. */
export async function readGateFacts(world: World, run: Run, policy: Policy): Promise<GateFacts> {
  const db = world.database.knex;
  const stored = run.changeId === null ? null : await findChange(db, run.changeId);
  const report =
    (await listAttempts(db, run.id)).findLast((attempt) => attempt.report !== null)?.report ?? null;
  const accepted =
    stored !== null &&
    world.key !== null &&
    isSigned(world.key, "change", changeParts(stored), stored.acceptedMac);
  return { run, change: stored, accepted, report, policy };
}
