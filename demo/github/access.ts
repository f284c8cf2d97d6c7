import type { Actor } from "./actor.ts";
import { found, notFound, Refusal } from "./http/reply.ts";
import type { Hub } from "./hub.ts";
import { findRepository, hasRole } from "./repositories.ts";
import type { Level, Repository, Role } from "./store/identity.ts";
import { where } from "./store/store.ts";

export type PermissionName =
  | "actions"
  | "administration"
  | "checks"
  | "contents"
  | "issues"
  | "metadata"
  | "pull_requests"
  | "statuses";

/** What an endpoint asks of an installation token and of a person; one value per line of the route table. */
export type Access =
  | { kind: "anyone" }
  | { kind: "app" }
  | { kind: "installation" }
  | { kind: "user" }
  | {
      kind: "repository";
      /** "conversation": issues for an issue; issues or pull_requests for a pull request. */
      permission: PermissionName | "conversation";
      level: Level;
      role: Role;
      /** GET of public resources works without the permission, unless GitHub says otherwise. */
      openToPublic: boolean;
      appsOnly: boolean;
    };

export function reads(
  permission: PermissionName | "conversation",
  options: { openToPublic?: boolean } = {},
): Access {
  const openToPublic = options.openToPublic ?? true;
  return { kind: "repository", permission, level: "read", role: "read", openToPublic, appsOnly: false };
}

/** `role` is what a person needs; an app needs the permission. */
export function writes(permission: PermissionName | "conversation", role: Role): Access {
  return { kind: "repository", permission, level: "write", role, openToPublic: false, appsOnly: false };
}

export function appWrites(permission: PermissionName): Access {
  return {
    kind: "repository",
    permission,
    level: "write",
    role: "admin",
    openToPublic: false,
    appsOnly: true,
  };
}

type Asked = {
  hub: Hub;
  actor: Actor;
  access: Access;
  params: Readonly<Record<string, string>>;
  url: URL;
  method: string;
};

/** Lets the request through or throws what GitHub answers; gives back the repository it is about. */
export function authorise(asked: Asked): Repository | null {
  const { hub, actor, access, params } = asked;
  if (access.kind !== "repository") {
    checkKind(actor, access.kind);
    return null;
  }
  const repository = repositoryOf(hub, params);
  if (!maySee(hub, actor, repository)) throw notFound();
  redirectIfRenamed(asked, repository);
  if (repository.archived && access.level === "write" && access.permission !== "administration")
    throw new Refusal(403, "Repository was archived so is read-only.");
  if (actor.kind === "app")
    throw new Refusal(401, "A JSON web token cannot be used here; use an installation token");
  if (actor.kind === "installation") checkPermission({ hub, actor, access, repository, params });
  else checkPerson({ hub, actor, access, repository });
  return repository;
}

/** Whether the repository exists as far as this actor can tell. */
export function maySee(hub: Hub, actor: Actor, repository: Repository): boolean {
  if (!repository.private) return true;
  if (actor.kind === "installation") return reaches(hub, actor, repository);
  if (actor.kind !== "user") return false;
  return hasScope(actor, repository) && hasRole(hub, repository, actor.user.login, "read");
}

/** Whether the token's own list and the installation's both hold the repository. */
export function reaches(hub: Hub, actor: Actor & { kind: "installation" }, repository: Repository): boolean {
  const installation = hub.store.installations.get(actor.installationId);
  if (installation?.account.toLowerCase() !== repository.owner.toLowerCase()) return false;
  return [installation.repositoryIds, actor.repositoryIds].every(
    (ids) => ids === "all" || ids.includes(repository.id),
  );
}

export function grants(permissions: Readonly<Record<string, string>>, name: string, level: Level): boolean {
  if (name === "metadata" && level === "read") return true;
  return (
    permissions[name] === "write" ||
    permissions[name] === "admin" ||
    (level === "read" && permissions[name] === "read")
  );
}

export function mayPush(hub: Hub, actor: Actor, repository: Repository): boolean {
  if (actor.kind === "installation")
    return reaches(hub, actor, repository) && grants(actor.permissions, "contents", "write");
  return (
    actor.kind === "user" &&
    hasScope(actor, repository) &&
    hasRole(hub, repository, actor.user.login, "write")
  );
}

function checkKind(actor: Actor, kind: "anyone" | "app" | "installation" | "user"): void {
  if (kind === "anyone" || actor.kind === kind) return;
  if (kind === "app") throw new Refusal(401, "A JSON web token could not be decoded");
  if (actor.kind === "anonymous") throw new Refusal(401, "Requires authentication");
  throw new Refusal(403, "Resource not accessible by integration");
}

function repositoryOf(hub: Hub, params: Readonly<Record<string, string>>): Repository {
  if (params.repository_id !== undefined)
    return found(hub.store.repositories.get(Number(params.repository_id)));
  return found(findRepository(hub, params.owner ?? "", params.repo ?? ""));
}

/** Former names lead to the address that never changes, as on GitHub. */
function redirectIfRenamed({ params, url, method }: Asked, repository: Repository): void {
  const { owner, repo } = params;
  const isPresent =
    `${owner}/${repo}`.toLowerCase() === `${repository.owner}/${repository.name}`.toLowerCase();
  if (repo === undefined || isPresent) return;
  const location = url.href.replace(`/repos/${owner}/${repo}`, `/repositories/${repository.id}`);
  throw new Refusal(method === "GET" ? 301 : 307, "Moved Permanently", { headers: { location } });
}

type RepositoryAccess = Access & { kind: "repository" };
type Check<A extends Actor> = { hub: Hub; actor: A; access: RepositoryAccess; repository: Repository };

function checkPermission(
  check: Check<Actor & { kind: "installation" }> & { params: Readonly<Record<string, string>> },
): void {
  const { hub, actor, access, repository } = check;
  if (access.level === "read" && access.openToPublic && !repository.private) return;
  const names = access.permission === "conversation" ? conversationPermissions(check) : [access.permission];
  const granted = names.some((name) => grants(actor.permissions, name, access.level));
  if (!granted || !reaches(hub, actor, repository))
    throw new Refusal(403, "Resource not accessible by integration");
}

function conversationPermissions(check: {
  hub: Hub;
  repository: Repository;
  params: Readonly<Record<string, string>>;
}): PermissionName[] {
  const { hub, repository, params } = check;
  const comment = hub.store.comments.get(Number(params.comment_id));
  const number = Number(params.issue_number ?? comment?.issueNumber);
  const [issue] = where(
    hub.store.issues,
    (row) => row.repositoryId === repository.id && row.number === number,
  );
  return issue?.pull ? ["issues", "pull_requests"] : ["issues"];
}

function checkPerson({
  hub,
  actor,
  access,
  repository,
}: Check<Actor & { kind: "anonymous" | "user" }>): void {
  if (access.level === "read" && access.openToPublic && !repository.private) return;
  if (actor.kind === "anonymous") throw new Refusal(401, "Requires authentication");
  if (access.appsOnly) throw new Refusal(403, "You must authenticate via a GitHub App.");
  if (access.level === "write" && !hasScope(actor, repository))
    throw actor.scopes === "fine-grained"
      ? new Refusal(403, "Resource not accessible by personal access token")
      : notFound();
  if (hasRole(hub, repository, actor.user.login, access.role)) return;
  throw new Refusal(
    403,
    access.role === "admin" ? "Must have admin rights to Repository." : "Must have push access to repository",
  );
}

function hasScope(actor: Actor & { kind: "user" }, repository: Repository): boolean {
  if (actor.scopes === "fine-grained") return repository.owner === actor.user.login;
  return actor.scopes.includes("repo") || (!repository.private && actor.scopes.includes("public_repo"));
}
