import { type Need, needsOf } from "../core/need.ts";
import type { Database } from "../database/connect.ts";
import type { Scope } from "../database/overview.ts";
import { readWaiting } from "../database/waiting.ts";

/** Of each kind at most so many are looked at; nobody works on more in a day. */
const MOST = 200;

export type Needs = { needs: Need[]; nowMs: number };

/** What wants a person, most urgent first: the one list behind `next`, `list`, and every front end. */
export async function readNeeds(database: Database, scope: Scope): Promise<Needs> {
  const waiting = await readWaiting(database, { scope, limit: MOST });
  return { needs: needsOf(waiting), nowMs: waiting.nowMs };
}
