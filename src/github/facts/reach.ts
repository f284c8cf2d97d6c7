import { z } from "zod";
import type { Intake } from "../../core/github-intake.ts";
import { FromRepository, Id, Installation, placeOf } from "./payload.ts";

const RepositoryChange = FromRepository.extend({
  action: z.enum([
    "renamed",
    "transferred",
    "archived",
    "unarchived",
    "deleted",
    "privatized",
    "publicized",
    "edited",
  ]),
});

export function readRepository(payload: unknown): Intake {
  const told = RepositoryChange.parse(payload);
  const { default_branch: defaultBranch } = told.repository;
  return { kind: "repository", action: told.action, repository: placeOf(told), defaultBranch };
}

const Named = z.object({ id: Id, full_name: z.string() });
const Account = z.object({ login: z.string() }).nullish();

const InstallationChange = z.object({
  action: z.enum(["created", "deleted", "suspend", "unsuspend", "new_permissions_accepted"]),
  installation: Installation.extend({ account: Account }),
  repositories: z.array(Named).default([]),
});

export function readInstallation(payload: unknown): Intake {
  const { action, installation, repositories } = InstallationChange.parse(payload);
  return {
    kind: "installation",
    action,
    installationId: installation.id,
    account: installation.account?.login ?? null,
    repositories: repositories.map(shortName),
  };
}

const InstallationRepositories = z.object({
  action: z.enum(["added", "removed"]),
  installation: Installation.extend({ account: Account }),
  repositories_added: z.array(Named).default([]),
  repositories_removed: z.array(Named).default([]),
});

export function readInstallationRepositories(payload: unknown): Intake {
  const told = InstallationRepositories.parse(payload);
  const repositories = told.action === "added" ? told.repositories_added : told.repositories_removed;
  return {
    kind: "installation",
    action: told.action,
    installationId: told.installation.id,
    account: told.installation.account?.login ?? null,
    repositories: repositories.map(shortName),
  };
}

function shortName({ id, full_name }: z.infer<typeof Named>) {
  const [owner = "", repo = ""] = full_name.split("/", 2);
  return { repositoryId: id, owner, repo };
}
