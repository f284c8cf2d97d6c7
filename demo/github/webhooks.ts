import { createHmac, randomUUID } from "node:crypto";
import { send } from "./deliver.ts";
import { type Hub, nodeId } from "./hub.ts";
import { installationOf } from "./reach.ts";
import { renderRepository } from "./render/repository.ts";
import { renderOrganization, renderUser } from "./render/user.ts";
import { userOf } from "./repositories.ts";
import type { Installation, Repository, User } from "./store/identity.ts";

/** An event needs one of these read permissions, whatever was subscribed; others need none. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  check_run: ["checks"],
  check_suite: ["checks"],
  issue_comment: ["issues", "pull_requests"],
  issues: ["issues"],
  pull_request: ["pull_requests"],
  pull_request_review: ["pull_requests"],
  pull_request_review_comment: ["pull_requests"],
  pull_request_review_thread: ["pull_requests"],
  push: ["contents"],
  status: ["statuses"],
  workflow_run: ["actions"],
};

type Payload = Record<string, unknown> & { action?: string };

export type RepositoryEvent = { event: string; repository: Repository; sender: User; payload: Payload };

/** Tells the app, if it is installed there, may know and wants to. The payload is frozen as of now. */
export function emit(hub: Hub, { event, repository, sender, payload }: RepositoryEvent): void {
  const installation = installationOf(hub, repository);
  if (installation?.suspendedAt) return;
  if (!installation?.events.includes(event) || !mayKnow(installation, event)) return;
  const owner = userOf(hub, repository.owner);
  post(hub, {
    event,
    installation,
    repositoryId: repository.id,
    payload: {
      ...payload,
      repository: renderRepository(hub, repository),
      ...(owner.type === "Organization" ? { organization: renderOrganization(hub, owner) } : {}),
      sender: renderUser(hub, sender),
      installation: { id: installation.id, node_id: nodeId("Installation", installation.id) },
    },
  });
}

/** Events about the installation itself come unasked. */
export function emitToInstallation(
  hub: Hub,
  told: { installation: Installation; event: string; payload: Payload; sender: User },
): void {
  const { installation, event, payload, sender } = told;
  post(hub, {
    event,
    installation,
    repositoryId: null,
    payload: { ...payload, sender: renderUser(hub, sender) },
  });
}

function mayKnow(installation: Installation, event: string): boolean {
  const needed = NEEDED[event];
  return needed === undefined || needed.some((name) => installation.permissions[name] !== undefined);
}

function post(
  hub: Hub,
  told: { event: string; installation: Installation; repositoryId: number | null; payload: Payload },
): void {
  const guid = randomUUID();
  const payload = JSON.stringify(told.payload);
  send(hub, {
    guid,
    event: told.event,
    action: told.payload.action ?? null,
    installationId: told.installation.id,
    repositoryId: told.repositoryId,
    redelivery: false,
    payload,
    requestHeaders: headersOf(hub, { guid, event: told.event, payload }),
  });
}

function headersOf(hub: Hub, hook: { guid: string; event: string; payload: string }): Record<string, string> {
  const digest = (algorithm: string) =>
    createHmac(algorithm, hub.app.webhookSecret).update(hook.payload).digest("hex");
  return {
    Accept: "*/*",
    "Content-Type": "application/json",
    "User-Agent": "GitHub-Hookshot/local",
    "X-GitHub-Delivery": hook.guid,
    "X-GitHub-Event": hook.event,
    "X-GitHub-Hook-ID": "1",
    "X-GitHub-Hook-Installation-Target-ID": String(hub.app.id),
    "X-GitHub-Hook-Installation-Target-Type": "integration",
    "X-Hub-Signature": `sha1=${digest("sha1")}`,
    "X-Hub-Signature-256": `sha256=${digest("sha256")}`,
  };
}
