import { emitCheckRun } from "./checks.ts";
import type { Hub } from "./hub.ts";
import { findRepository, hasRole, userOf } from "./repositories.ts";

export type CheckClick = { owner: string; repo: string; checkRunId: number; identifier: string; by: string };

/** A person presses a check run's button. GitHub shows it only on a completed run and only to who may push. */
export function clickCheckAction(hub: Hub, click: CheckClick): void {
  const repository = findRepository(hub, click.owner, click.repo);
  const run = hub.store.checkRuns.get(click.checkRunId);
  if (!repository || run?.repositoryId !== repository.id)
    throw new Error(`There is no check run ${click.checkRunId} in ${click.owner}/${click.repo}`);
  const shown = run.status === "completed" ? run.actions.map((action) => action.identifier) : [];
  if (!shown.includes(click.identifier)) {
    throw new Error(
      `${run.name} shows no button ${click.identifier}; it shows: ${shown.join(", ") || "none"}`,
    );
  }
  if (!hasRole(hub, repository, click.by, "write"))
    throw new Error(`${click.by} may not press buttons in ${click.owner}/${click.repo}`);
  const extra = { requested_action: { identifier: click.identifier } };
  const sender = userOf(hub, click.by);
  hub.background(emitCheckRun(hub, { repository, run, action: "requested_action", sender, extra }));
}
