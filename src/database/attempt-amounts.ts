import { z } from "zod";
import { type Amounts, addAmounts, NO_AMOUNTS } from "../core/amounts.ts";
import { costAt, tokensOf } from "../core/cost.ts";
import { NO_USAGE, Usage } from "../core/evidence.ts";
import type { Price } from "../core/policy.ts";
import type { Db } from "./connect.ts";

type Key = { runId: string; number: number; price: Price | null };

/**
 * What an attempt has spent, all its tries together: one that was cut off has spent what it last told of. Null when a
 * report's figures cannot be read.
 */
export async function readAttemptAmounts(db: Db, { runId, number, price }: Key): Promise<Amounts | null> {
  const rows = await db("attempts")
    .where({ run_id: runId, number })
    .select("status", "report", "progress", "started_at", "seen_at", "finished_at");
  const tries = rows.map((row) => readTry(row, price));
  return tries.reduce((sum, one) => (sum === null || one === null ? null : addAmounts(sum, one)), NO_AMOUNTS);
}

const Try = z.object({
  status: z.string(),
  report: z.string().nullable(),
  progress: z.string().nullable(),
  started_at: z.number(),
  seen_at: z.number().nullable(),
  finished_at: z.number().nullable(),
});
const Reported = z.object({ evidence: z.object({ usage: Usage }) });
const Told = z.object({ usage: Usage });

function readTry(row: unknown, price: Price | null): Amounts | null {
  const { report, progress, started_at, seen_at, finished_at } = Try.parse(row);
  const wall = Math.max(0, (finished_at ?? seen_at ?? started_at) - started_at);
  if (report === null)
    return amountsOf(Told.safeParse(fromJson(progress)).data?.usage ?? NO_USAGE, wall, price);
  const usage = Reported.safeParse(fromJson(report)).data?.evidence.usage;
  return usage === undefined ? null : amountsOf(usage, wall, price);
}

function amountsOf(usage: Usage, wall: number, price: Price | null): Amounts {
  return { tokens: tokensOf(usage), cost: price === null ? 0 : costAt(usage, price), wall };
}

/** Another program wrote it: what is no JSON fails its schema, and the caller says what that means. */
function fromJson(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return undefined;
  }
}
