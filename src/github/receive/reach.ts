import type { Intake } from "../../core/github-intake.ts";
import { isOver } from "../../core/run.ts";
import { findRunsOf, renameRepository } from "../../database/runs.ts";
import { advance } from "../../engine/advance.ts";
import type { ReceiveContext, Received } from "./receive.ts";

type RepositoryIntake = Extract<Intake, { kind: "repository" }>;
type InstallationIntake = Extract<Intake, { kind: "installation" }>;

const UNREACHABLE: Partial<Record<RepositoryIntake["action"], string>> = {
  archived: "the repository was archived",
  deleted: "the repository was deleted",
  transferred: "the repository was transferred",
};

/** Names change and the id stays; what can no longer be worked on pauses its runs, with the reason. */
export async function receiveRepository(
  { guid, context }: Received,
  { action, repository }: RepositoryIntake,
): Promise<string> {
  const { owner, repo, repositoryId } = repository;
  if (action === "renamed")
    await renameRepository(context.actions.world.database.knex, { owner, repo, repositoryId });
  const reason = UNREACHABLE[action];
  return reason ? pauseAll(context, guid, [repositoryId], reason) : action;
}

const GONE: ReadonlySet<InstallationIntake["action"]> = new Set(["deleted", "suspend", "removed"]);

export async function receiveInstallation(
  { guid, context }: Received,
  { action, repositories }: InstallationIntake,
): Promise<string> {
  if (!GONE.has(action)) return action;
  const ids = repositories.map(({ repositoryId }) => repositoryId);
  return pauseAll(context, guid, ids, `the app's installation: ${action}`);
}

async function pauseAll(
  { actions: { world } }: ReceiveContext,
  guid: string,
  repositoryIds: number[],
  reason: string,
): Promise<string> {
  let paused = 0;
  for (const repositoryId of repositoryIds) {
    for (const run of await findRunsOf(world.database.knex, repositoryId, {})) {
      // The app's installation means nothing to runs that do without it.
      if (isOver(run) || run.mode === "fork") continue;
      await advance(world, {
        runId: run.id,
        event: { type: "run.paused", reason, by: "GitHub" },
        cause: `github:${guid}`,
      });
      paused += 1;
    }
  }
  return `${reason}: ${paused} runs paused`;
}
