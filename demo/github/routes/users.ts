import { found, ok, type Reply } from "../http/reply.ts";
import { type ApiRequest, doer, param, type Route, route } from "../http/route.ts";
import { renderApp } from "../render/installation.ts";
import { renderPublicUser } from "../render/user.ts";

const ANYONE = { kind: "anyone" } as const;

export const USER_ROUTES: readonly Route[] = [
  route("GET /user", {
    access: { kind: "user" },
    handle: (request) => ok(renderPublicUser(request.hub, doer(request))),
  }),
  route("GET /users/{username}", { access: ANYONE, handle: getUser }),
  route("GET /apps/{app_slug}", { access: ANYONE, handle: getApp }),
  route("GET /rate_limit", { access: ANYONE, handle: getRateLimit }),
  route("GET /meta", { access: ANYONE, handle: () => ok({ verifiable_password_authentication: false }) }),
];

/** Asking costs nothing. */
function getRateLimit({ hub, actor }: ApiRequest): Reply {
  hub.limits.spend(actor, -1);
  const rate = hub.limits.overview(actor);
  return ok({ resources: { core: rate, search: rate, graphql: rate }, rate });
}

function getUser(request: ApiRequest): Reply {
  return ok(
    renderPublicUser(
      request.hub,
      found(request.hub.store.users.get(param(request, "username").toLowerCase())),
    ),
  );
}

function getApp(request: ApiRequest): Reply {
  return ok(
    renderApp(
      request.hub,
      found(param(request, "app_slug") === request.hub.app.slug ? request.hub.app.id : null),
    ),
  );
}
