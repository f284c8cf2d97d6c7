import { z } from "zod";
import { StageTime } from "../core/attempt.ts";
import type { Db } from "./connect.ts";

const Outcome = z.object({
  status: z.string(),
  grade: z.string().nullable(),
  reason: z.string().nullable(),
  count: z.coerce.number(),
});
export type AttemptCount = z.infer<typeof Outcome>;

/** How many attempts came to what. */
export async function countAttempts(db: Db): Promise<AttemptCount[]> {
  const rows = await db("attempts")
    .groupBy("status", "grade", "reason")
    .select("status", "grade", "reason")
    .count({ count: "*" });
  return rows.map((row) => Outcome.parse(row));
}

const Sums = z.object({ tokens: z.coerce.number(), cost: z.coerce.number() });

/** All that was ever spent, in tokens and millionths of a dollar. */
export async function sumAllSpending(db: Db): Promise<z.infer<typeof Sums>> {
  const row = await db("spending")
    .where({ status: "settled" })
    .sum({ tokens: "tokens", cost: "cost" })
    .first();
  return Sums.parse({ tokens: row?.tokens ?? 0, cost: row?.cost ?? 0 });
}

const Ended = z.object({
  id: z.string(),
  startedAt: z.number(),
  finishedAt: z.number(),
  stages: z.array(StageTime),
});
export type EndedAttempt = z.infer<typeof Ended>;

const Stages = z.object({ stages: z.array(StageTime) });

/** Attempts that ended at that moment or later, oldest first. */
export async function listEndedAttempts(db: Db, since: number, limit: number): Promise<EndedAttempt[]> {
  const rows = await db("attempts")
    .whereNotNull("finished_at")
    .where("finished_at", ">=", since)
    .orderBy("finished_at")
    .limit(limit)
    .select("id", "started_at", "finished_at", "report");
  return rows.map(({ id, started_at, finished_at, report }) =>
    Ended.parse({ id, startedAt: started_at, finishedAt: finished_at, stages: stagesOf(report) }),
  );
}

function stagesOf(report: unknown): StageTime[] {
  return typeof report === "string" ? Stages.parse(JSON.parse(report)).stages : [];
}
