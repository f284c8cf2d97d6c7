// The REST API, a file per kind of thing: each exports its lines of the route table.

import { randomBytes } from "node:crypto";
import { z } from "zod";
import { grants } from "../access.ts";
import { type Actor, hashOf, suspended } from "../actor.ts";
import { page, wrappedPage } from "../http/paginate.ts";
import { created, found, noContent, ok, Refusal, type Reply } from "../http/reply.ts";
import { type ApiRequest, idParam, type Route, route } from "../http/route.ts";
import type { Hub } from "../hub.ts";
import { suspendApp, uninstallApp } from "../installations.ts";
import { installationOf, repositoriesOf } from "../reach.ts";
import { renderApp, renderInstallation } from "../render/installation.ts";
import { renderRepository } from "../render/repository.ts";
import { findRepository } from "../repositories.ts";
import type { Installation, Level, Permissions } from "../store/identity.ts";

const TOKEN_LIFE_MS = 3_600_000;

const TokenRequest = z.object({
  repositories: z.array(z.string()).max(500).optional(),
  repository_ids: z.array(z.number().int()).max(500).optional(),
  permissions: z.record(z.string(), z.enum(["read", "write", "admin"])).optional(),
});

export const APP_ROUTES: readonly Route[] = [
  route("GET /app", { access: { kind: "app" }, handle: ({ hub }) => ok(renderApp(hub, hub.app.id)) }),
  route("GET /app/installations", { access: { kind: "app" }, handle: listInstallations }),
  route("GET /app/installations/{installation_id}", { access: { kind: "app" }, handle: getInstallation }),
  route("DELETE /app/installations/{installation_id}", { access: { kind: "app" }, handle: uninstall }),
  route("PUT /app/installations/{installation_id}/suspended", {
    access: { kind: "app" },
    handle: (request) => suspendOrNot(request, true),
  }),
  route("DELETE /app/installations/{installation_id}/suspended", {
    access: { kind: "app" },
    handle: (request) => suspendOrNot(request, false),
  }),
  route("POST /app/installations/{installation_id}/access_tokens", {
    access: { kind: "app" },
    category: "mint",
    body: TokenRequest,
    handle: mintToken,
  }),
  route("DELETE /applications/{client_id}/token", {
    access: { kind: "app" },
    body: z.object({ access_token: z.string() }),
    handle: takeBack,
  }),
  route("DELETE /installation/token", { access: { kind: "installation" }, handle: revokeToken }),
  route("GET /installation/repositories", { access: { kind: "installation" }, handle: listReachable }),
  route("GET /repos/{owner}/{repo}/installation", {
    access: { kind: "app" },
    handle: getRepositoryInstallation,
  }),
];

function takeBack({ hub, body }: ApiRequest): Reply {
  const { access_token } = z.object({ access_token: z.string() }).parse(body);
  if (!hub.store.tokens.delete(hashOf(access_token))) throw new Refusal(404, "Not Found");
  return noContent();
}

function listInstallations({ hub, url }: ApiRequest): Promise<Reply> {
  const items = [...hub.store.installations.values()];
  return page({ url, items, render: (row) => renderInstallation(hub, row) });
}

function getInstallation(request: ApiRequest): Reply {
  return ok(renderInstallation(request.hub, installationIn(request)));
}

function uninstall(request: ApiRequest): Reply {
  uninstallApp(request.hub, installationIn(request));
  return noContent();
}

function suspendOrNot(request: ApiRequest, isSuspended: boolean): Reply {
  suspendApp(request.hub, installationIn(request), isSuspended);
  return noContent();
}

function getRepositoryInstallation({ hub, params }: ApiRequest): Reply {
  const repository = found(findRepository(hub, params.owner ?? "", params.repo ?? ""));
  return ok(renderInstallation(hub, found(installationOf(hub, repository))));
}

function mintToken(request: ApiRequest<z.infer<typeof TokenRequest>>): Reply {
  const { hub, body } = request;
  const installation = installationIn(request);
  if (installation.suspendedAt !== null) throw suspended();
  const repositoryIds = narrowed(hub, installation, body);
  const permissions = {
    metadata: "read",
    ...grantedOf(installation, body.permissions ?? installation.permissions),
  };
  const value = `ghs_${randomBytes(18).toString("hex")}`;
  const expiresAt = hub.now() + TOKEN_LIFE_MS;
  hub.store.tokens.set(hashOf(value), {
    kind: "installation",
    value,
    installationId: installation.id,
    repositoryIds,
    permissions,
    expiresAt,
  });
  const named = repositoryIds === "all" ? {} : { repositories: reachable(hub, installation, repositoryIds) };
  const repository_selection = repositoryIds === "all" ? "all" : "selected";
  return created({
    token: value,
    expires_at: new Date(expiresAt).toISOString(),
    permissions,
    repository_selection,
    ...named,
  });
}

function narrowed(
  hub: Hub,
  installation: Installation,
  body: z.infer<typeof TokenRequest>,
): number[] | "all" {
  const { repositories, repository_ids } = body;
  if (repositories === undefined && repository_ids === undefined) return installation.repositoryIds;
  const mine = repositoriesOf(hub, installation);
  const byName = (repositories ?? []).map((name) =>
    mine.find((row) => row.name.toLowerCase() === name.toLowerCase()),
  );
  const byId = (repository_ids ?? []).map((id) => mine.find((row) => row.id === id));
  return [...byName, ...byId].map((row) => {
    if (row) return row.id;
    throw new Refusal(
      422,
      "There is at least one repository that does not exist or is not accessible to the parent installation.",
    );
  });
}

function grantedOf(installation: Installation, wanted: Permissions): Permissions {
  for (const [name, level] of Object.entries(wanted)) {
    if (!grants(installation.permissions, name, level === "read" ? "read" : ("write" satisfies Level))) {
      throw new Refusal(422, "The permissions requested are not granted to this installation.");
    }
  }
  return wanted;
}

function reachable(hub: Hub, installation: Installation, ids: readonly number[] | "all") {
  const mine = repositoriesOf(hub, installation);
  return mine.filter((row) => ids === "all" || ids.includes(row.id)).map((row) => renderRepository(hub, row));
}

function revokeToken({ hub, actor }: ApiRequest): Reply {
  hub.store.tokens.delete(hashOf(ownToken(actor).token));
  return noContent();
}

function listReachable({ hub, actor, url }: ApiRequest): Promise<Reply> {
  const { installationId, repositoryIds } = ownToken(actor);
  const installation = found(hub.store.installations.get(installationId));
  const items = reachable(hub, installation, repositoryIds);
  const repository_selection = repositoryIds === "all" ? "all" : "selected";
  return wrappedPage("repositories", { url, items, render: (row) => row }, { repository_selection });
}

function ownToken(actor: Actor): Actor & { kind: "installation" } {
  if (actor.kind !== "installation") throw new Refusal(403, "Resource not accessible by integration");
  return actor;
}

function installationIn(request: ApiRequest): Installation {
  return found(request.hub.store.installations.get(idParam(request, "installation_id")));
}
