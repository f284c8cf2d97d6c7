// The running local GitHub as its parts see it: the tables, the clock, the git folders, what is under way.
// start-local-github.ts builds one and wires it to HTTP; the rest are functions that take it first.

import type { KeyObject } from "node:crypto";
import type { CiSettings } from "./ci/settings.ts";
import type { Faults } from "./faults.ts";
import type { RateLimits } from "./http/rate-limit.ts";
import type { Store } from "./store/store.ts";

export type AppIdentity = {
  id: number;
  clientId: string;
  clientSecret: string;
  slug: string;
  name: string;
  owner: string;
  privateKey: string;
  publicKey: KeyObject;
  webhookSecret: string;
  createdAt: string;
};

export type Hub = {
  store: Store;
  app: AppIdentity;
  dir: string;
  /** Set once the server listens; every link in every answer starts with it. */
  url: string;
  webhookUrl: string | null;
  faults: Faults;
  limits: RateLimits;
  ci: CiSettings;
  now: () => number;
  nextId: () => number;
  /** Aborted when the local GitHub stops; all that waits listens to it. */
  signal: AbortSignal;
  /** Keeps hold of work nobody waits for, so that stopping can wait for it. */
  background: (work: Promise<unknown>) => void;
  /** Deliveries that a fault holds back until the next one has arrived. */
  heldDeliveries: (() => Promise<void>)[];
  /** One at a time under each name: a repository's refs, the workflow runner. */
  locks: Map<string, Promise<unknown>>;
};

/** The login under which the app's own deeds appear. */
export function botLogin(hub: Hub): string {
  return `${hub.app.slug}[bot]`;
}

/** GitHub's timestamps have no milliseconds. */
export function timestamp(hub: Hub): string {
  return new Date(hub.now()).toISOString().replace(/\.\d{3}Z$/, "Z");
}

export function nodeId(kind: string, id: number): string {
  return Buffer.from(`${kind}:${id}`).toString("base64url");
}

/** Runs the work after whatever else was asked under the same name, whether that went well or not. */
export async function withLock<T>(hub: Hub, name: string, work: () => Promise<T>): Promise<T> {
  const before = hub.locks.get(name) ?? Promise.resolve();
  const mine = before.then(work, work);
  hub.locks.set(name, mine);
  return await mine;
}
