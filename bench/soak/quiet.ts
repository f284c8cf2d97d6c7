import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "../../src/database/connect.ts";

const LOOK_MS = 500;
const SOON_MS = 5_000;

/** Waits until no work is held, and none is due now or soon. False when that did not come about in time. */
export async function untilQuiet({ knex, now }: Database, seconds: number): Promise<boolean> {
  const over = performance.now() + seconds * 1_000;
  while (performance.now() < over) {
    const [row]: { count: number | string }[] = await knex("jobs")
      .where({ status: "leased" })
      .orWhere((query) =>
        query.where({ status: "queued" }).where("run_after", "<", knex.raw("? + ?", [now(), SOON_MS])),
      )
      .count({ count: "*" });
    if (Number(row?.count) === 0) return true;
    await sleep(LOOK_MS);
  }
  return false;
}
