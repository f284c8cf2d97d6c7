import { FRUITLESS_MS, MOST_FAILURES, MOST_FRUITLESS, readPulse } from "../core/pulse.ts";
import { isOver, type Run } from "../core/run.ts";
import { readNow } from "../database/connect.ts";
import { readJournal } from "../database/journal.ts";
import type { ActionContext } from "./action.ts";
import type { Fact } from "./reply.ts";

/** What was decided last, by whom, and how near the run is to being stopped. */
export async function managerFacts({ world }: Pick<ActionContext, "world">, run: Run): Promise<Fact[]> {
  const { database } = world;
  const entries = await readJournal(database.knex, run.id);
  const last = entries.findLast(({ event }) => event.type === "manager.decided")?.event;
  if (last?.type !== "manager.decided") return [];
  const decided: Fact = ["decided", `${last.decision}, by ${last.source} (${last.rule}): ${last.reason}`];
  if (isOver(run)) return [decided];
  const { failures, fruitless } = readPulse(entries, await readNow(database));
  const minutes = FRUITLESS_MS / 60_000;
  return [
    decided,
    ["failed actions in a row", `${failures} of ${MOST_FAILURES}`],
    ["decisions without progress", `${fruitless} of ${MOST_FRUITLESS} in ${minutes} minutes`],
  ];
}
