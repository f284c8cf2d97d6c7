// What GitHub's answers and webhooks look like: one function per kind of object, from our rows to its JSON.

import type { Hub } from "../hub.ts";
import type { Repository } from "../store/identity.ts";

export function apiLink(hub: Hub, path: string): string {
  return `${hub.url}/api/v3${path}`;
}

export function webLink(hub: Hub, path: string): string {
  return `${hub.url}${path}`;
}

/** The API's address of a repository; `rest` follows with its slash. */
export function repositoryLink(hub: Hub, repository: Repository, rest = ""): string {
  return apiLink(hub, `/repos/${repository.owner}/${repository.name}${rest}`);
}

export function repositoryPage(hub: Hub, repository: Repository, rest = ""): string {
  return webLink(hub, `/${repository.owner}/${repository.name}${rest}`);
}
