import { judgeReach, type ReachVerdict } from "../core/reach.ts";
import { isOver, type Run } from "../core/run.ts";
import { readNow } from "../database/connect.ts";
import { renameRepository } from "../database/runs.ts";
import { advance } from "../engine/advance.ts";
import { rebind } from "../engine/rebind.ts";
import { type AppContext, targetOf } from "./context.ts";
import type { PullFacts } from "./ports.ts";

type Asking = Pick<AppContext, "world" | "github">;

type Asked = ReachVerdict & { installationId: number | null };

/**
 * Whether the run's repository is still what and where it was, as GitHub says now. A new name is written down, and so is a new
 * installation of the app, where nobody told us.
 */
export async function askReach(context: Asking, known: Run): Promise<Asked> {
  const { world, github } = context;
  const before = await github.readReach(targetOf(known));
  const run = before.ok ? known : await throughNewInstallation(context, known);
  const reach = run === known ? before : await github.readReach(targetOf(run));
  const isRun = reach.ok && reach.repositoryId === run.repositoryId;
  if (isRun && (reach.owner !== run.owner || reach.repo !== run.repo))
    await renameRepository(world.database.knex, reach);
  return { ...judgeReach(run, reach), installationId: run.installationId };
}

/** The run as it was, unless the app has been installed again where it had been taken away. */
async function throughNewInstallation({ world, github }: Asking, run: Run): Promise<Run> {
  const found = run.mode === "fork" ? null : await github.findRepository(run);
  if (found === null || found.installationId === null || found.repositoryId !== run.repositoryId) return run;
  const { owner, installationId } = found;
  const cause = `reinstalled:${installationId}`;
  return (await rebind(world, run, { owner, installationId, cause })) ?? run;
}

const JUST_NOW_MS = 60_000;

/** The same before an attempt. A run that has only just been made was made of what GitHub said then. */
export async function reachForAttempt(context: Asking, run: Run): Promise<Asked> {
  const { seen } = run.request;
  const isNew = (await readNow(context.world.database)) - run.createdAt < JUST_NOW_MS;
  if (seen === undefined || !isNew) return askReach(context, run);
  const { owner, repo, installationId } = run;
  return { kind: "go_on", owner, repo, private: seen.private, installationId };
}

/** Pauses a run whose repository is out of reach; false when it is not, and something else is the matter. */
export async function pauseIfOutOfReach(context: Asking, run: Run, cause: string): Promise<boolean> {
  const verdict = await askReach(context, run);
  if (verdict.kind !== "pause") return false;
  const event = { type: "run.paused", reason: verdict.reason, by: "GitHub" } as const;
  await advance(context.world, { runId: run.id, event, cause });
  return true;
}

/** What became of the repository shows with its pull requests, where nobody told us: a new name is written down, all else pauses. */
export async function pauseIfElsewhere(
  context: Asking,
  run: Run,
  { state, place: { owner, repo, archived } }: PullFacts,
): Promise<boolean> {
  if (state === "closed" || isOver(run) || run.state === "PAUSED") return false;
  if (!archived && owner === run.owner && repo === run.repo) return false;
  return pauseIfOutOfReach(context, run, `reach:${run.id}@${run.epoch}`);
}
