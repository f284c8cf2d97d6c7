import { messageOf } from "../core/problem.ts";
import type { Run } from "../core/run.ts";
import { advance } from "../engine/advance.ts";
import type { AppContext } from "./context.ts";

/** Kinds of errors that say that the other side is away: waiting for it is nobody's failure. */
const AWAY: ReadonlySet<unknown> = new Set(["unreachable", "unavailable", "rate_limited"]);

/** Counts an action that could not be carried out, in the run's own journal; the third in a row pauses the run. */
export async function noteFailure(
  { world }: Pick<AppContext, "world">,
  run: Run,
  { cause, error }: { cause: string; error: unknown },
): Promise<void> {
  if (isAway(error)) return;
  const reason = messageOf(error).slice(0, 2_000);
  const event = { type: "manager.failed", reason } as const;
  try {
    await advance(world, { runId: run.id, event, cause: `${cause}:failed` });
  } catch (second) {
    // The database itself may be what failed; the first error is the one to be told.
    world.log.warn({ run: run.id, why: messageOf(second) }, "a failed action was not noted");
  }
}

function isAway(error: unknown): boolean {
  return typeof error === "object" && error !== null && "kind" in error && AWAY.has(error.kind);
}
