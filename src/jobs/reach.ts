import { judgeReach, type ReachVerdict } from "../core/reach.ts";
import type { Run } from "../core/run.ts";
import { readNow } from "../database/connect.ts";
import { renameRepository } from "../database/runs.ts";
import { advance } from "../engine/advance.ts";
import { type AppContext, targetOf } from "./context.ts";

type Asking = Pick<AppContext, "world" | "github">;

/** Whether the run's repository is still what and where it was, as GitHub says now. A new name is written down. */
export async function askReach({ world, github }: Asking, run: Run): Promise<ReachVerdict> {
  const reach = await github.readReach(targetOf(run));
  const verdict = judgeReach(run, reach);
  const isRun = reach.ok && reach.repositoryId === run.repositoryId;
  if (isRun && (reach.owner !== run.owner || reach.repo !== run.repo))
    await renameRepository(world.database.knex, reach);
  return verdict;
}

const JUST_NOW_MS = 60_000;

/** The same before an attempt. A run that has only just been made was made of what GitHub said then. */
export async function reachForAttempt(context: Asking, run: Run): Promise<ReachVerdict> {
  const { seen } = run.request;
  const isNew = (await readNow(context.world.database)) - run.createdAt < JUST_NOW_MS;
  if (seen === undefined || !isNew) return askReach(context, run);
  return { kind: "go_on", owner: run.owner, repo: run.repo, private: seen.private };
}

/** Pauses a run whose repository is out of reach; false when it is not, and something else is the matter. */
export async function pauseIfOutOfReach(context: Asking, run: Run, cause: string): Promise<boolean> {
  const verdict = await askReach(context, run);
  if (verdict.kind !== "pause") return false;
  const event = { type: "run.paused", reason: verdict.reason, by: "GitHub" } as const;
  await advance(context.world, { runId: run.id, event, cause });
  return true;
}
