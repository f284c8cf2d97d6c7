import { perform } from "../../actions/perform.ts";
import type { Intake } from "../../core/github-intake.ts";
import { isRoleAtLeast } from "../../core/role.ts";
import { findRunsOf } from "../../database/runs.ts";
import { isClickTooMany } from "./limits.ts";
import type { Received } from "./receive.ts";

type ButtonIntake = Extract<Intake, { kind: "button" }>;

/** A click on a check run's button: the person's role is asked anew, and the commit is the one the button stood on. */
export async function receiveButton(
  { guid, context }: Received,
  { repository, sha, identifier, by }: ButtonIntake,
): Promise<string> {
  const [run] = await findRunsOf(context.actions.world.database.knex, repository.repositoryId, { sha });
  if (run === undefined) return "no run has published that commit";
  const { repositoryId } = repository;
  if (await isClickTooMany(context, { guid, login: by.login })) return "too many commands of that person";
  const role = await context.github.roleOf(repository, by.login);
  // Strangers use up nobody else's share.
  if (isRoleAtLeast(role, "triage") && (await isClickTooMany(context, { guid, repositoryId })))
    return "too many commands in that repository";
  const actor = {
    via: "github",
    login: by.login,
    role,
    repositoryId,
    cause: `github:${guid}`,
  } as const;
  return (
    await perform(
      context.actions,
      actor,
      identifier,
      identifier === "approve_pr" ? { run: run.id, sha } : { run: run.id },
    )
  ).text;
}
