import { isAnswered, readAsked } from "../core/dialogue.ts";
import type { Event } from "../core/event.ts";
import type { Run, State } from "../core/run.ts";
import { readJournal } from "../database/journal.ts";
import { policyOfRun } from "../engine/run-policy.ts";
import type { ActionContext } from "./action.ts";

type Wish = { by: string; target: State | null };

/** What going on means for a run where it is. */
export async function resumption(
  context: Pick<ActionContext, "world" | "policyFor">,
  run: Run,
  { by, target }: Wish,
): Promise<Event> {
  // A held run has not begun, so resuming it is beginning it.
  if (run.state === "QUEUED") return { type: "run.started" };
  const entries = await readJournal(context.world.database.knex, run.id);
  const isAsked = readAsked(entries, run, await policyOfRun(context, run)) !== null;
  if (isAsked && target === null) return { type: "human.agreed", by };
  // Somebody answered the reviewer meanwhile: there is nothing to begin an attempt for.
  const isDone = target === null && run.prOpen && run.pausedFrom === "ITERATING" && isAnswered(entries, run);
  return { type: "human.resumed", by, target: isDone ? "CI_WAIT" : target };
}
