import { z } from "zod";
import { maySee, reads, writes } from "../access.ts";
import { isAncestor, moveRef } from "../git/refs.ts";
import { git } from "../git/run-git.ts";
import { page } from "../http/paginate.ts";
import { found, invalid, ok, Refusal, type Reply } from "../http/reply.ts";
import { doer, param, type RepositoryRequest, type Route, route } from "../http/route.ts";
import { withLock } from "../hub.ts";
import { renderFullRepository, renderMinimalRepository } from "../render/repository.ts";
import { renderUser } from "../render/user.ts";
import { findRepository, forkRepository, hasRole, roleOf } from "../repositories.ts";
import { refsLock, settleRefs } from "../settle-refs.ts";
import { ROLES, type Role } from "../store/identity.ts";
import { where } from "../store/store.ts";

const Fork = z.object({
  organization: z.string().optional(),
  name: z.string().optional(),
  default_branch_only: z.boolean().optional(),
});
const Upstream = z.object({ branch: z.string() });

export const REPOSITORY_ROUTES: readonly Route[] = [
  route("GET /repos/{owner}/{repo}", { access: reads("metadata"), handle: getRepository }),
  route("GET /repositories/{repository_id}", { access: reads("metadata"), handle: getRepository }),
  route("GET /repos/{owner}/{repo}/collaborators/{username}/permission", {
    access: reads("metadata", { openToPublic: false }),
    handle: getPermission,
  }),
  route("GET /repos/{owner}/{repo}/forks", { access: reads("metadata"), handle: listForks }),
  route("POST /repos/{owner}/{repo}/forks", {
    access: writes("administration", "read"),
    body: Fork,
    handle: fork,
  }),
  route("POST /repos/{owner}/{repo}/merge-upstream", {
    access: writes("contents", "write"),
    category: "edit",
    body: Upstream,
    handle: mergeUpstream,
  }),
];

function getRepository({ hub, repository, actor }: RepositoryRequest): Reply {
  const permissions =
    actor.kind === "user" ? { permissions: flagsOf(roleOf(hub, repository, actor.user.login)) } : {};
  return ok({ ...renderFullRepository(hub, repository), ...permissions });
}

/** GitHub shows it to apps with metadata, and to people only if they may push. */
function getPermission(request: RepositoryRequest): Reply {
  const { hub, repository, actor } = request;
  if (actor.kind === "user" && !hasRole(hub, repository, actor.user.login, "write")) {
    throw new Refusal(403, "Must have push access to view collaborator permission.");
  }
  const username = param(request, "username");
  const user = hub.store.users.get(username.toLowerCase());
  if (!user) throw new Refusal(404, `${username} is not a user`);
  const role = roleOf(hub, repository, user.login);
  const permissions = flagsOf(role);
  return ok({
    permission: legacyOf(role),
    role_name: role,
    user: { ...renderUser(hub, user), permissions, role_name: role },
  });
}

/** The old four words; role_name has the finer ones. */
function legacyOf(role: Role): string {
  if (role === "maintain") return "write";
  return role === "triage" ? "read" : role;
}

function flagsOf(role: Role) {
  const least = (wanted: Role) => ROLES.indexOf(role) >= ROLES.indexOf(wanted);
  return {
    admin: least("admin"),
    maintain: least("maintain"),
    push: least("write"),
    triage: least("triage"),
    pull: least("read"),
  };
}

function listForks({ hub, repository, actor, url }: RepositoryRequest): Promise<Reply> {
  const items = where(
    hub.store.repositories,
    (row) => row.parentId === repository.id && maySee(hub, actor, row),
  );
  return page({ url, items, render: (row) => renderMinimalRepository(hub, row) });
}

/** One fork per account: asking again gives the same one. */
async function fork(request: RepositoryRequest<z.infer<typeof Fork>>): Promise<Reply> {
  const { hub, repository, body } = request;
  const account = found(hub.store.users.get((body.organization ?? doer(request).login).toLowerCase()));
  if (body.organization !== undefined && account.type !== "Organization")
    throw invalid({ resource: "Fork", code: "invalid", field: "organization" });
  const owner = account.login;
  if (owner === repository.owner) {
    throw new Refusal(403, "You cannot fork a repository into the account that owns it.");
  }
  const made = await withLock(hub, `forks of ${repository.id}`, async () => {
    const [mine] = where(
      hub.store.repositories,
      (row) => row.parentId === repository.id && row.owner === owner,
    );
    return mine ?? (await forkRepository(hub, repository, owner, freeName(request, owner)));
  });
  made.collaborators.set(doer(request).login.toLowerCase(), "admin");
  return { status: 202, body: renderFullRepository(hub, made) };
}

function freeName({ hub, repository, body }: RepositoryRequest<z.infer<typeof Fork>>, owner: string): string {
  const wanted = body.name ?? repository.name;
  return findRepository(hub, owner, wanted) ? `${wanted}-1` : wanted;
}

async function mergeUpstream(request: RepositoryRequest<z.infer<typeof Upstream>>): Promise<Reply> {
  const { hub, repository, body } = request;
  const parent = repository.parentId === null ? undefined : hub.store.repositories.get(repository.parentId);
  const theirs = parent?.refs.get(`refs/heads/${body.branch}`);
  const ours = repository.refs.get(`refs/heads/${body.branch}`);
  if (!parent || theirs === undefined || ours === undefined)
    throw new Refusal(422, "The branch has no upstream to merge from");
  await git(repository.gitDir, ["fetch", "--quiet", "--no-tags", parent.gitDir, theirs]);
  const base_branch = `${parent.owner}:${body.branch}`;
  if (await isAncestor(repository.gitDir, theirs, ours)) {
    return ok({ message: "This branch is not behind the upstream.", merge_type: "none", base_branch });
  }
  if (!(await isAncestor(repository.gitDir, ours, theirs)))
    throw new Refusal(409, "There are merge conflicts");
  await withLock(hub, refsLock(repository), async () => {
    await moveRef({ gitDir: repository.gitDir, ref: `refs/heads/${body.branch}`, to: theirs, from: ours });
    await settleRefs(hub, repository, doer(request));
  });
  const message = `Successfully fetched and fast-forwarded from upstream ${base_branch}.`;
  return ok({ message, merge_type: "fast-forward", base_branch });
}
