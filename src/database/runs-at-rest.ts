import { OVER } from "../core/run.ts";
import type { Db } from "./connect.ts";

/** A statement takes no more values at once on SQLite than some thousands. */
const AT_ONCE = 500;

/** Those of the runs that are over, and whose last attempt has ended as well: a cancelled one may still be stopping. */
export async function findAtRest(db: Db, ids: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const rows: { id: string }[] = await db("runs")
      .whereIn("id", ids.slice(from, from + AT_ONCE))
      .whereIn("state", [...OVER])
      .whereNotExists(db("attempts").whereRaw("attempts.run_id = runs.id").where({ status: "running" }))
      .select("id");
    for (const { id } of rows) found.add(id);
  }
  return found;
}
