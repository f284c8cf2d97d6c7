import { ACTIONS_APP_ID } from "../ci/settings.ts";
import { type Hub, nodeId } from "../hub.ts";
import { userOf } from "../repositories.ts";
import type { Installation } from "../store/identity.ts";
import { apiLink, webLink } from "./links.ts";
import { renderLogin, renderUser } from "./user.ts";

export function renderInstallation(hub: Hub, installation: Installation) {
  const account = userOf(hub, installation.account);
  return {
    id: installation.id,
    node_id: nodeId("Installation", installation.id),
    account: renderUser(hub, account),
    repository_selection: installation.repositoryIds === "all" ? "all" : "selected",
    access_tokens_url: apiLink(hub, `/app/installations/${installation.id}/access_tokens`),
    repositories_url: apiLink(hub, "/installation/repositories"),
    html_url: webLink(hub, `/settings/installations/${installation.id}`),
    app_id: hub.app.id,
    app_slug: hub.app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: installation.permissions,
    events: installation.events,
    created_at: installation.createdAt,
    updated_at: installation.createdAt,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: installation.suspendedAt === null ? null : renderUser(hub, account),
    suspended_at: installation.suspendedAt,
  };
}

/** Our app, or GitHub's own Actions. */
export function renderApp(hub: Hub, appId: number) {
  const actions = appId === ACTIONS_APP_ID;
  const slug = actions ? "github-actions" : hub.app.slug;
  return {
    id: appId,
    slug,
    node_id: nodeId("App", appId),
    client_id: `Iv1.${appId}`,
    owner: renderLogin(hub, hub.app.owner),
    name: actions ? "GitHub Actions" : hub.app.name,
    description: null,
    external_url: webLink(hub, `/apps/${slug}`),
    html_url: webLink(hub, `/apps/${slug}`),
    created_at: hub.app.createdAt,
    updated_at: hub.app.createdAt,
    permissions: {
      ...{ actions: "read", checks: "write", contents: "write", issues: "write", metadata: "read" },
      ...{ pull_requests: "write", statuses: "read" },
    },
    events: [],
  };
}
