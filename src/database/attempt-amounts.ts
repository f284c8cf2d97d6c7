import { z } from "zod";
import { type Amounts, addAmounts, NO_AMOUNTS } from "../core/amounts.ts";
import { costAt, tokensOf } from "../core/cost.ts";
import { NO_USAGE, Usage } from "../core/evidence.ts";
import type { Price } from "../core/policy.ts";
import type { Db } from "./connect.ts";

type Key = {
  runId: string;
  number: number;
  price: Price | null;
  /** False where nobody has weighed the report: what it says was used does not count. */
  believed: boolean;
};

/** Time is by the database's clock and always known; tokens and cost are absent where nobody can tell them. */
export type Spending = Pick<Amounts, "wall"> & Partial<Amounts>;

/** What an attempt has spent, all its tries together: one that was cut off has spent what it last told of. */
export async function readAttemptAmounts(db: Db, key: Key): Promise<Spending> {
  const rows = await db("attempts")
    .where({ run_id: key.runId, number: key.number })
    .select("report", "progress", "started_at", "seen_at", "finished_at");
  const tries = rows.map((row) => readTry(row, key));
  const sum = tries.reduce(addAmounts, NO_AMOUNTS);
  return Number.isNaN(sum.tokens) ? { wall: sum.wall } : sum;
}

const Try = z.object({
  report: z.string().nullable(),
  progress: z.string().nullable(),
  started_at: z.number(),
  seen_at: z.number().nullable(),
  finished_at: z.number().nullable(),
});
const Reported = z.object({ evidence: z.object({ usage: Usage }) });
const Told = z.object({ usage: Usage });

function readTry(row: unknown, { price, believed }: Key): Amounts {
  const { report, progress, started_at, seen_at, finished_at } = Try.parse(row);
  const wall = Math.max(0, (finished_at ?? seen_at ?? started_at) - started_at);
  const usage =
    report === null
      ? (Told.safeParse(fromJson(progress)).data?.usage ?? NO_USAGE)
      : Reported.safeParse(fromJson(report)).data?.evidence.usage;
  if (usage === undefined || (report !== null && !believed)) return { ...UNTOLD, wall };
  return { tokens: tokensOf(usage), cost: price === null ? 0 : costAt(usage, price), wall };
}

/** Makes every sum that it is part of untold, too. */
const UNTOLD = { tokens: Number.NaN, cost: Number.NaN };

/** Another program wrote it: what is no JSON fails its schema, and the caller says what that means. */
function fromJson(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return undefined;
  }
}
