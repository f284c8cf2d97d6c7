import { judgeBudget } from "../core/budget.ts";
import type { DecisionFacts } from "../core/decision.ts";
import { readAsked } from "../core/dialogue.ts";
import { type Happened, readHistory } from "../core/history.ts";
import type { JobKind } from "../core/job.ts";
import type { Policy } from "../core/policy.ts";
import { readPulse } from "../core/pulse.ts";
import type { Run } from "../core/run.ts";
import { readNow } from "../database/connect.ts";
import { deadLetterSince, hasOpenJob } from "../database/job-queries.ts";
import { readBooks } from "../database/spending-books.ts";
import { policyOfRun } from "./run-policy.ts";
import type { World } from "./world.ts";

const VITAL_KINDS: readonly JobKind[] = ["attempt", "settle", "publish", "open_pr"];

type Sources = {
  world: Pick<World, "database">;
  policyFor(repository: { owner: string; repo: string }): Policy;
};

/** What a decision about a run is made from, as it stands now; of the run's journal, all of it. */
export async function readDecisionFacts(
  sources: Sources,
  run: Run,
  entries: readonly (Happened & { at: number })[],
): Promise<DecisionFacts> {
  const { database } = sources.world;
  const db = database.knex;
  const policy = await policyOfRun(sources, run);
  const nowMs = await readNow(database);
  return {
    run,
    history: readHistory(entries),
    pulse: readPulse(entries, nowMs),
    attemptOpen: (await hasOpenJob(db, run.id, "attempt")) || (await hasOpenJob(db, run.id, "settle")),
    deadLetter: await deadLetterSince(db, run.id, VITAL_KINDS, run.stateSince),
    policy,
    budget: judgeBudget({ books: await readBooks(database, db, run), policy }),
    askedUntil: readAsked(entries, run, policy),
    nowMs,
  };
}
