import { rm } from "node:fs/promises";
import { z } from "zod";
import { writes } from "../access.ts";
import { found, invalid, noContent, ok, type Reply } from "../http/reply.ts";
import { doer, type RepositoryRequest, type Route, route } from "../http/route.ts";
import { timestamp } from "../hub.ts";
import { leaveInstallation } from "../installations.ts";
import { renderFullRepository, renderMinimalRepository } from "../render/repository.ts";
import { renderUser } from "../render/user.ts";
import { findRepository, userOf } from "../repositories.ts";
import { emit } from "../webhooks.ts";

const Change = z.object({
  name: z
    .string()
    .regex(/^[\w.-]+$/)
    .optional(),
  private: z.boolean().optional(),
  archived: z.boolean().optional(),
});
type Change = z.infer<typeof Change>;
const Transfer = z.object({ new_owner: z.string(), new_name: z.string().optional() });

/** What becomes of a repository as a whole. */
export const REPOSITORY_LIFE_ROUTES: readonly Route[] = [
  route("PATCH /repos/{owner}/{repo}", {
    access: writes("administration", "admin"),
    body: Change,
    handle: change,
  }),
  route("DELETE /repos/{owner}/{repo}", { access: writes("administration", "admin"), handle: remove }),
  route("POST /repos/{owner}/{repo}/transfer", {
    access: writes("administration", "admin"),
    body: Transfer,
    handle: transfer,
  }),
];

function change(request: RepositoryRequest<Change>): Reply {
  const { hub, repository, body } = request;
  if (body.name !== undefined && body.name !== repository.name) rename(request, body.name);
  if (body.private !== undefined && body.private !== repository.private) {
    repository.private = body.private;
    tell(request, { action: body.private ? "privatized" : "publicized" });
  }
  if (body.archived !== undefined && body.archived !== repository.archived) {
    repository.archived = body.archived;
    tell(request, { action: body.archived ? "archived" : "unarchived" });
  }
  return ok(renderFullRepository(hub, repository));
}

function rename(request: RepositoryRequest, name: string): void {
  const { repository } = request;
  const from = repository.name;
  move(request, repository.owner, name);
  tell(request, { action: "renamed", changes: { repository: { name: { from } } } });
}

/** The installation that it leaves is told that it lost it; only the new owner's hears of a transfer. */
function transfer(request: RepositoryRequest<z.infer<typeof Transfer>>): Reply {
  const { hub, repository, body } = request;
  const before = userOf(hub, repository.owner);
  const owner = found(hub.store.users.get(body.new_owner.toLowerCase())).login;
  leaveInstallation(hub, repository);
  move(request, owner, body.new_name ?? repository.name);
  const kind = before.type === "Organization" ? "organization" : "user";
  const changes = { owner: { from: { [kind]: renderUser(hub, before) } } };
  tell(request, { action: "transferred", changes });
  return { status: 202, body: renderMinimalRepository(hub, repository) };
}

/** Its former name leads to it until another repository takes that name. */
function move({ hub, repository }: RepositoryRequest, owner: string, name: string): void {
  if (findRepository(hub, owner, name)?.name === name && findRepository(hub, owner, name) !== repository) {
    const message = "name already exists on this account";
    throw invalid({ resource: "Repository", code: "custom", field: "name", message });
  }
  repository.formerNames.push(`${repository.owner}/${repository.name}`.toLowerCase());
  Object.assign(repository, { owner, name, updatedAt: timestamp(hub) });
}

/** Gone with its git folder; a new one of the same name gets a new id. */
async function remove(request: RepositoryRequest): Promise<Reply> {
  const { hub, repository } = request;
  tell(request, { action: "deleted" });
  hub.store.repositories.delete(repository.id);
  await rm(repository.gitDir, { recursive: true, force: true });
  return noContent();
}

function tell(request: RepositoryRequest, payload: { action: string; changes?: unknown }): void {
  emit(request.hub, {
    event: "repository",
    repository: request.repository,
    sender: doer(request),
    payload,
  });
}
