import type { Intake } from "../../core/github-intake.ts";
import type { Run } from "../../core/run.ts";
import { findRunsOf } from "../../database/runs.ts";
import { enqueue } from "../../engine/enqueue.ts";
import type { ReceiveContext, Received } from "./receive.ts";

// A webhook is only a hint: the runs it may be about read the truth themselves.

/** Nothing is believed of checks before they have settled, so looking earlier would only cost requests. */
export async function receiveChecks(
  { context }: Received,
  { repository, sha, ended, again }: Extract<Intake, { kind: "checks" }>,
): Promise<string> {
  const { world, policyFor } = context.actions;
  const runs = await findRunsOf(world.database.knex, repository.repositoryId, { sha });
  if (again) await showAgain(context, runs);
  const told = runs.filter((run) => ended || run.state === "REVIEW_WAIT");
  return tell(context, told, (run) => policyFor(run).ci_settle_sec * 1_000);
}

/** What we said of the commit is said once more. */
async function showAgain({ actions: { world } }: ReceiveContext, runs: readonly Run[]): Promise<void> {
  await world.database.transaction(async (trx) => {
    for (const { id } of runs) {
      const key = `report:${id}:afresh`;
      await enqueue(world, trx, {
        kind: "report",
        runId: id,
        payload: { afresh: true },
        key,
        once: "queued",
      });
    }
  });
}

export async function receivePull(
  { context }: Received,
  { repository, pr }: Extract<Intake, { kind: "review" | "thread" | "pull" }>,
): Promise<string> {
  const { database } = context.actions.world;
  return tell(context, await findRunsOf(database.knex, repository.repositoryId, { pr }), () => 0);
}

async function tell(
  { actions: { world } }: ReceiveContext,
  runs: Run[],
  delayMs: (run: Run) => number,
): Promise<string> {
  await world.database.transaction(async (trx) => {
    for (const run of runs) {
      const key = `sync:${run.id}`;
      await enqueue(world, trx, {
        kind: "sync",
        runId: run.id,
        payload: {},
        key,
        once: "queued",
        delayMs: delayMs(run),
      });
    }
  });
  return runs.length === 0
    ? "no run is about it, or nothing has ended"
    : `told ${runs.map((run) => run.id).join(", ")}`;
}
