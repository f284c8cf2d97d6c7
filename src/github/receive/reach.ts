import type { Intake } from "../../core/github-intake.ts";
import type { Run } from "../../core/run.ts";
import { insertNotice } from "../../database/notices.ts";
import { findOpenRunsIn, renameRepository } from "../../database/runs.ts";
import { advance } from "../../engine/advance.ts";
import { rebind } from "../../engine/rebind.ts";
import type { Received } from "./receive.ts";

type RepositoryIntake = Extract<Intake, { kind: "repository" }>;
type InstallationIntake = Extract<Intake, { kind: "installation" }>;

/**
 * What a change of reach does to the runs that it is about. `pause`: they stop, and the reason says what helps. `tell`: the
 * operator hears what can be done for those that were stopped. Before every attempt GitHub is asked as well, because
 * a webhook may be lost.
 */
type Effect =
  | { kind: "go_on" }
  | { kind: "pause"; reason: string; namesToo?: boolean }
  | { kind: "tell"; text: string };

const GO_ON: Effect = { kind: "go_on" };

const OF_REPOSITORY: Readonly<Record<RepositoryIntake["action"], Effect>> = {
  renamed: GO_ON,
  edited: GO_ON,
  publicized: GO_ON,
  privatized: {
    kind: "pause",
    reason: "the repository was made private: resume the run if it is to go on, with a credential of its own",
  },
  archived: { kind: "pause", reason: "the repository was archived: unarchive it, then resume the run" },
  unarchived: { kind: "tell", text: "was unarchived" },
  transferred: {
    kind: "pause",
    reason: "the repository was transferred to another account: make a new run there if it is wanted",
    namesToo: true,
  },
  deleted: { kind: "pause", reason: "the repository was deleted: cancel the run" },
};

const OF_INSTALLATION: Readonly<Record<InstallationIntake["action"], Effect>> = {
  created: { kind: "tell", text: "has the app installed" },
  deleted: { kind: "pause", reason: "the app was uninstalled: install it again, then resume the run" },
  suspend: {
    kind: "pause",
    reason: "the app's installation was suspended: unsuspend it, then resume the run",
  },
  unsuspend: { kind: "tell", text: "is within the app's reach again" },
  new_permissions_accepted: GO_ON,
  added: { kind: "tell", text: "was added to the app's installation" },
  removed: {
    kind: "pause",
    reason: "the repository was removed from the app's installation: add it there, then resume the run",
  },
};

/** Names change and the id stays. */
export async function receiveRepository(
  received: Received,
  { action, repository }: RepositoryIntake,
): Promise<string> {
  const { knex } = received.context.actions.world.database;
  const effect = OF_REPOSITORY[action];
  if (action === "renamed" || (effect.kind === "pause" && effect.namesToo))
    await renameRepository(knex, repository);
  // The app's installation means nothing to runs that do without it.
  const runs = (await findOpenRunsIn(knex, { repositoryIds: [repository.repositoryId] })).filter(isDirect);
  return bring(received, { action, effect, runs });
}

/** What ends or pauses is about runs of that very installation: another one may reach the same repository by now. */
export async function receiveInstallation(received: Received, intake: InstallationIntake): Promise<string> {
  const { knex } = received.context.actions.world.database;
  const { action, installationId, repositories } = intake;
  const ids = repositories.map(({ repositoryId }) => repositoryId);
  const isWhole = action === "deleted" || action === "suspend" || action === "unsuspend";
  const where = isWhole ? { installationId } : { repositoryIds: ids };
  const effect = OF_INSTALLATION[action];
  const direct = (await findOpenRunsIn(knex, where)).filter(isDirect);
  const runs =
    effect.kind === "tell"
      ? await reached(received, direct, intake)
      : direct.filter((run) => run.installationId === installationId);
  return bring(received, { action, effect, runs, installationId });
}

/** A repository has one installation at a time: runs of one that was there before go on through the new one. */
async function reached(
  { guid, context }: Received,
  runs: readonly Run[],
  { installationId, repositories }: InstallationIntake,
): Promise<Run[]> {
  const found: Run[] = [];
  for (const run of runs) {
    const owner = repositories.find(({ repositoryId }) => repositoryId === run.repositoryId)?.owner;
    const order = { installationId, cause: `github:${guid}` };
    const bound = owner && (await rebind(context.actions.world, run, { owner, ...order }));
    found.push(bound || run);
  }
  return found;
}

type Bringing = { action: string; effect: Effect; runs: Run[]; installationId?: number };

async function bring(
  received: Received,
  { action, effect, runs, installationId }: Bringing,
): Promise<string> {
  if (effect.kind === "pause") return pauseAll(received, runs, effect.reason);
  const paused = runs.filter(({ state }) => state === "PAUSED");
  if (effect.kind === "go_on" || paused.length === 0) return action;
  for (const run of paused) await tell(received, run, whatToDo(run, effect.text, installationId));
  return `${action}: ${paused.length} paused runs may go on`;
}

/** A run that was not bound to the new installation is another owner's now, who has not asked for it. */
function whatToDo(run: Run, happened: string, installationId: number | undefined): string {
  const isOther = installationId !== undefined && installationId !== run.installationId;
  const remedy = isOther
    ? `the run was made through another installation: cancel it, and make a new one`
    : `go on with: agentpr resume ${run.id}`;
  return `${run.owner}/${run.repo} ${happened}. Run ${run.id} is paused (${run.reason ?? "no reason given"}); ${remedy}.`;
}

async function tell({ guid, context }: Received, run: Run, text: string): Promise<void> {
  const { database } = context.actions.world;
  const notice = { runId: run.id, priority: "normal", text, cause: `reach:${guid}:${run.id}` } as const;
  await insertNotice(database, database.knex, notice);
}

async function pauseAll({ guid, context }: Received, runs: Run[], reason: string): Promise<string> {
  const event = { type: "run.paused", reason, by: "GitHub" } as const;
  for (const { id } of runs)
    await advance(context.actions.world, { runId: id, event, cause: `github:${guid}` });
  return `${reason}: ${runs.length} runs paused`;
}

function isDirect({ mode }: Run): boolean {
  return mode === "direct";
}
