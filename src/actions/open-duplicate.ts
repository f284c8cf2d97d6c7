import type { Request, Run } from "../core/run.ts";
import type { Db } from "../database/connect.ts";
import { findOpenRunsIn } from "../database/runs.ts";

/** A run that is not over and does the same on the same repository; null when there is none. */
export async function openDuplicate(db: Db, repositoryId: number, request: Request): Promise<Run | null> {
  const open = await findOpenRunsIn(db, { repositoryIds: [repositoryId] });
  return open.find((run) => isSame(run.request, request)) ?? null;
}

/** The same issue; without one, the same words. */
function isSame(a: Request, b: Request): boolean {
  if (a.issue !== null || b.issue !== null) return a.issue === b.issue;
  return a.title === b.title && a.body.trim() === b.body.trim();
}
