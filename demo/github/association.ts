import type { Hub } from "./hub.ts";
import type { Repository } from "./store/identity.ts";
import { where } from "./store/store.ts";

export type Association = "OWNER" | "COLLABORATOR" | "CONTRIBUTOR" | "NONE";

/** What somebody is to a repository, as comments and pull requests say it. */
export function associationOf(hub: Hub, repository: Repository, login: string): Association {
  if (login.toLowerCase() === repository.owner.toLowerCase()) return "OWNER";
  const role = repository.collaborators.get(login.toLowerCase()) ?? "none";
  if (role !== "none") return "COLLABORATOR";
  return hasMergedPull(hub, repository, login) ? "CONTRIBUTOR" : "NONE";
}

export function hasMergedPull(hub: Hub, repository: Repository, login: string): boolean {
  const merged = where(
    hub.store.issues,
    (row) =>
      row.repositoryId === repository.id && row.author === login && (row.pull?.mergedAt ?? null) !== null,
  );
  return merged.length > 0;
}
