import type { Database, Db } from "./connect.ts";
import { retryWhileBusy } from "./retry-busy.ts";

export type Reclaimed = {
  id: number;
  key: string;
  kind: string;
  run_id: string | null;
  status: "queued" | "dead";
};

/** Jobs whose worker fell silent go back to the queue, or to the dead letters when their tries are used up. */
export async function reclaimExpired(database: Database): Promise<Reclaimed[]> {
  const { knex } = database;
  return retryWhileBusy(() =>
    knex("jobs")
      .where({ status: "leased" })
      .where("lease_until", "<=", database.now())
      .update({
        status: knex.raw("case when tries >= max_tries then 'dead' else 'queued' end"),
        finished_at: knex.raw("case when tries >= max_tries then ? end", [database.now()]),
        worker: null,
        lease_until: null,
        last_error: "the worker fell silent and its lease ran out",
      })
      .returning(["id", "key", "kind", "run_id", "status"]),
  );
}

/** Who holds jobs now. */
export async function listHolders(db: Db): Promise<string[]> {
  const rows = await db("jobs").where({ status: "leased" }).distinct("worker");
  return rows.map((row) => String(row.worker));
}

/** Ends the leases of workers that are known to be dead, without waiting for them to run out. */
export async function endLeases(database: Database, workers: readonly string[]): Promise<number> {
  if (workers.length === 0) return 0;
  const { knex } = database;
  return retryWhileBusy(() =>
    knex("jobs").where({ status: "leased" }).whereIn("worker", workers).update({ lease_until: 0 }),
  );
}
