// Plain pages to look at, without signing in: repositories, issues, pull requests and, by signed address, job logs.

import type { ServerResponse } from "node:http";
import { Refusal } from "../http/reply.ts";
import type { Hub } from "../hub.ts";
import { findRepository } from "../repositories.ts";
import { logSignature } from "../routes/actions.ts";
import type { Repository } from "../store/identity.ts";
import { issuePage } from "./issue-page.ts";
import { homePage, repositoryPage } from "./repository-page.ts";

type Page = { pattern: RegExp; show: (hub: Hub, repository: Repository, number: number) => Promise<string> };

const PAGES: readonly Page[] = [
  { pattern: /^\/([^/]+)\/([^/]+)\/?$/, show: repositoryPage },
  { pattern: /^\/([^/]+)\/([^/]+)\/(?:issues|pull)\/(\d+)$/, show: issuePage },
];

export async function servePage(hub: Hub, url: URL, response: ServerResponse): Promise<void> {
  const log = /^\/_logs\/(\d+)$/.exec(url.pathname);
  if (log) {
    serveLog(hub, Number(log[1]), url.searchParams.get("sig"), response);
    return;
  }
  const html = await find(hub, url.pathname);
  response.writeHead(html === null ? 404 : 200, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
  });
  response.end(html ?? "<!doctype html><title>Not found</title><p>Not found");
}

async function find(hub: Hub, path: string): Promise<string | null> {
  if (path === "/") return homePage(hub);
  for (const { pattern, show } of PAGES) {
    const [, owner, name, number] = pattern.exec(path) ?? [];
    if (owner === undefined || name === undefined) continue;
    const repository = findRepository(hub, decodeURIComponent(owner), decodeURIComponent(name));
    return repository ? await shown(() => show(hub, repository, Number(number ?? 0))) : null;
  }
  return null;
}

async function shown(show: () => Promise<string>): Promise<string | null> {
  try {
    return await show();
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

function serveLog(hub: Hub, jobId: number, signature: string | null, response: ServerResponse): void {
  const job = signature === logSignature(hub, jobId) ? hub.store.workflowJobs.get(jobId) : undefined;
  response.writeHead(job ? 200 : 403, { "content-type": "text/plain; charset=utf-8" });
  response.end(job?.log ?? "Signature did not match");
}
