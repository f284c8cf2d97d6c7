import type { Hub } from "./hub.ts";
import type { Installation, Repository } from "./store/identity.ts";
import { where } from "./store/store.ts";

/** The repositories an installation reaches, in the order they were made. */
export function repositoriesOf(hub: Hub, installation: Installation): Repository[] {
  const { account, repositoryIds } = installation;
  return where(
    hub.store.repositories,
    (row) => row.owner === account && (repositoryIds === "all" || repositoryIds.includes(row.id)),
  );
}

export function installationOf(hub: Hub, repository: Repository): Installation | null {
  return where(hub.store.installations, (row) => repositoriesOf(hub, row).includes(repository))[0] ?? null;
}
