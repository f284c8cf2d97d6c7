import { found } from "./http/reply.ts";
import { type Hub, nodeId, timestamp } from "./hub.ts";
import { installationOf, repositoriesOf } from "./reach.ts";
import { renderInstallation } from "./render/installation.ts";
import { findRepository, userOf } from "./repositories.ts";
import type { Installation, Permissions, Repository } from "./store/identity.ts";
import { emitToInstallation } from "./webhooks.ts";

export type InstallOptions = {
  /** Names without the owner; default all. */
  repositories?: readonly string[] | "all";
  permissions?: Permissions;
  events?: readonly string[];
};

const DEFAULT_PERMISSIONS: Permissions = {
  actions: "write",
  checks: "write",
  contents: "write",
  issues: "write",
  metadata: "read",
  pull_requests: "write",
  statuses: "read",
};

const DEFAULT_EVENTS = [
  "check_run",
  "check_suite",
  "issue_comment",
  "issues",
  "pull_request",
  "pull_request_review",
  "pull_request_review_comment",
  "pull_request_review_thread",
  "push",
  "repository",
  "status",
  "workflow_run",
];

/** Installs the app on an account, or changes what its installation there may reach. */
export function installApp(hub: Hub, owner: string, options: InstallOptions): { installationId: number } {
  const account = userOf(hub, owner).login;
  const known = [...hub.store.installations.values()].find((row) => row.account === account);
  const wanted = {
    repositoryIds: idsOf(hub, account, options.repositories ?? "all"),
    permissions: { metadata: "read", ...(options.permissions ?? DEFAULT_PERMISSIONS) },
    events: options.events ?? DEFAULT_EVENTS,
  };
  if (known) return change(hub, known, wanted);
  const installation: Installation = {
    id: hub.nextId(),
    account,
    ...wanted,
    suspendedAt: null,
    createdAt: timestamp(hub),
  };
  hub.store.installations.set(installation.id, installation);
  tell(hub, installation, "installation", {
    action: "created",
    repositories: listed(repositoriesOf(hub, installation)),
  });
  return { installationId: installation.id };
}

/** Shuts the app out of the account, or lets it in again; its tokens work only while it is in. */
export function suspendApp(hub: Hub, installation: Installation, suspended: boolean): void {
  installation.suspendedAt = suspended ? timestamp(hub) : null;
  tell(hub, installation, "installation", { action: suspended ? "suspend" : "unsuspend" });
}

/** A repository goes to another account: the installation here has it no longer. */
export function leaveInstallation(hub: Hub, repository: Repository): void {
  const installation = installationOf(hub, repository);
  if (installation === null) return;
  const { repositoryIds } = installation;
  if (repositoryIds !== "all")
    installation.repositoryIds = repositoryIds.filter((id) => id !== repository.id);
  tellChange(hub, installation, { added: [], removed: listed([repository]) });
}

/** Removes the app from an account; its tokens die with it. */
export function uninstallApp(hub: Hub, installation: Installation): void {
  const repositories = listed(repositoriesOf(hub, installation));
  hub.store.installations.delete(installation.id);
  tell(hub, installation, "installation", { action: "deleted", repositories });
}

type Wanted = Pick<Installation, "repositoryIds" | "permissions" | "events">;

function change(hub: Hub, installation: Installation, wanted: Wanted): { installationId: number } {
  const before = repositoriesOf(hub, installation);
  Object.assign(installation, wanted);
  const after = repositoriesOf(hub, installation);
  const added = listed(after.filter((row) => !before.includes(row)));
  const removed = listed(before.filter((row) => !after.includes(row)));
  tellChange(hub, installation, { added, removed });
  return { installationId: installation.id };
}

type Listed = ReturnType<typeof listed>;

function tellChange(
  hub: Hub,
  installation: Installation,
  { added: repositories_added, removed: repositories_removed }: { added: Listed; removed: Listed },
): void {
  const repository_selection = installation.repositoryIds === "all" ? "all" : "selected";
  const shared = { repository_selection, requester: null };
  const event = "installation_repositories";
  if (repositories_added.length > 0) {
    tell(hub, installation, event, {
      action: "added",
      repositories_added,
      repositories_removed: [],
      ...shared,
    });
  }
  if (repositories_removed.length > 0) {
    tell(hub, installation, event, {
      action: "removed",
      repositories_added: [],
      repositories_removed,
      ...shared,
    });
  }
}

function idsOf(hub: Hub, owner: string, names: readonly string[] | "all"): number[] | "all" {
  return names === "all" ? "all" : names.map((name) => found(findRepository(hub, owner, name)).id);
}

function listed(repositories: readonly Repository[]) {
  return repositories.map((row) => ({
    id: row.id,
    node_id: nodeId("Repository", row.id),
    name: row.name,
    full_name: `${row.owner}/${row.name}`,
    private: row.private,
  }));
}

type Told = Record<string, unknown> & { action: string };

function tell(hub: Hub, installation: Installation, event: string, told: Told): void {
  const payload = { ...told, installation: renderInstallation(hub, installation) };
  emitToInstallation(hub, { installation, event, payload, sender: userOf(hub, installation.account) });
}
