import { type Hub, nodeId } from "../hub.ts";
import { userOf } from "../repositories.ts";
import type { User } from "../store/identity.ts";
import { where } from "../store/store.ts";
import { apiLink, webLink } from "./links.ts";

export function renderUser(hub: Hub, user: User) {
  const api = apiLink(hub, `/users/${encodeURIComponent(user.login)}`);
  const page = user.type === "Bot" ? `/apps/${user.login.replace("[bot]", "")}` : `/${user.login}`;
  return {
    login: user.login,
    id: user.id,
    node_id: nodeId("User", user.id),
    avatar_url: webLink(hub, `/avatars/u/${user.id}`),
    gravatar_id: "",
    url: api,
    html_url: webLink(hub, page),
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type: user.type,
    user_view_type: "public",
    site_admin: false,
  };
}

export function renderLogin(hub: Hub, login: string) {
  return renderUser(hub, userOf(hub, login));
}

/** GET /users/{login}: what a stranger may know. */
export function renderPublicUser(hub: Hub, user: User) {
  const repositories = where(hub.store.repositories, (row) => row.owner === user.login && !row.private);
  return {
    ...renderUser(hub, user),
    name: user.login,
    company: null,
    blog: "",
    location: null,
    email: null,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: repositories.length,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: user.createdAt,
    updated_at: user.createdAt,
  };
}

export function renderOrganization(hub: Hub, user: User) {
  const api = apiLink(hub, `/orgs/${user.login}`);
  return {
    login: user.login,
    id: user.id,
    node_id: nodeId("Organization", user.id),
    url: api,
    repos_url: `${api}/repos`,
    events_url: `${api}/events`,
    hooks_url: `${api}/hooks`,
    issues_url: `${api}/issues`,
    members_url: `${api}/members{/member}`,
    public_members_url: `${api}/public_members{/member}`,
    avatar_url: webLink(hub, `/avatars/u/${user.id}`),
    description: null,
  };
}
