import { z } from "zod";
import { LANES, Lane } from "../core/job.ts";
import type { Database, Db } from "./connect.ts";

export type LaneFacts = {
  lane: Lane;
  queued: number;
  leased: number;
  dead: number;
  /** How long the oldest job that may run has been waiting; null when none waits. */
  oldestMs: number | null;
};

const STANDINGS = ["queued", "leased", "dead"] as const;
const Count = z.object({ lane: Lane, count: z.coerce.number() });

/** How many jobs stand where in each lane; each count has an index of its own, so finished jobs cost nothing. */
export async function readLanes(database: Database): Promise<LaneFacts[]> {
  const { knex } = database;
  const counts = new Map<string, number>();
  for (const status of STANDINGS)
    for (const { lane, count } of await countIn(knex, status)) counts.set(`${lane}:${status}`, count);
  const of = (lane: Lane, status: string) => counts.get(`${lane}:${status}`) ?? 0;
  const lanes: LaneFacts[] = [];
  for (const lane of LANES) {
    const oldestMs = await oldestWaiting(database, lane);
    lanes.push({
      ...{ lane, queued: of(lane, "queued"), leased: of(lane, "leased"), dead: of(lane, "dead") },
      oldestMs,
    });
  }
  return lanes;
}

/** How long the oldest job of a lane has been due. */
export async function oldestWaiting(database: Database, lane: Lane): Promise<number | null> {
  const { knex } = database;
  const row: { at: unknown; now: unknown } = await knex("jobs")
    .where({ lane, status: "queued" })
    .where("run_after", "<=", database.now())
    .select({ at: knex.raw("min(run_after)"), now: database.now() })
    .first();
  return row.at === null ? null : Math.max(0, Number(row.now) - Number(row.at));
}

async function countIn(db: Db, status: (typeof STANDINGS)[number]) {
  // The status stands in the statement itself: an index of some rows is used only where the planner can see that.
  const rows = await db("jobs")
    .whereRaw(`status = '${status}'`)
    .groupBy("lane")
    .select("lane")
    .count({ count: "*" });
  return rows.map((row) => Count.parse(row));
}
