// Starts the local GitHub, and the little that tests and the demo do to it besides speaking HTTP.
// People and apps act through the REST API and git with their own tokens, as on the real one.

import { mkdir } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createApp } from "./app-identity.ts";
import { type CheckClick, clickCheckAction } from "./check-click.ts";
import { CI_DEFAULTS, type CiOptions } from "./ci/settings.ts";
import { createFaults, type Fault } from "./faults.ts";
import { serveGit } from "./git-http.ts";
import { API_PREFIX, createApiServer } from "./http/api-server.ts";
import type { ApiCall, Exchange } from "./http/exchange.ts";
import { createRateLimits } from "./http/rate-limit.ts";
import type { Hub } from "./hub.ts";
import { type InstallOptions, installApp, suspendApp } from "./installations.ts";
import { servePage } from "./pages/serve-page.ts";
import { serveSignIn } from "./pages/sign-in.ts";
import { addUser, type NewUser, type UserOptions } from "./people.ts";
import { createRepository, fullName, type NewRepository } from "./repositories.ts";
import { createStore, type Store } from "./store/store.ts";
import { writeGuard } from "./workflow-guard.ts";

export type LocalGitHub = {
  /** Web pages, and git below `${url}/${owner}/${repo}.git`. */
  url: string;
  /** The REST API's base; the paths below it are those of api.github.com. */
  apiUrl: string;
  port: number;
  app: {
    id: number;
    clientId: string;
    clientSecret: string;
    slug: string;
    privateKey: string;
    webhookSecret: string;
  };
  addUser: (login: string, options?: UserOptions) => NewUser;
  addRepository: (input: NewRepository) => Promise<{ id: number; fullName: string; gitDir: string }>;
  install: (owner: string, options?: InstallOptions) => { installationId: number };
  /** Its owner suspends the app's installation, or lets the app in again. */
  suspend: (owner: string, isSuspended: boolean) => void;
  /** Where webhooks go from now on; without one they are kept as failed. */
  deliverTo: (webhookUrl: string) => void;
  /** A person presses a button of a completed check run; GitHub has no REST call for it. */
  clickCheckAction: (click: CheckClick) => void;
  faults: { add: (fault: Fault) => void; clear: () => void };
  calls: () => readonly ApiCall[];
  store: Store;
  stop: () => Promise<void>;
};

export type LocalGitHubOptions = {
  dir: string;
  port?: number;
  ci?: CiOptions;
  /** GitHub's own limit if not said; many hours of work in a few minutes need more. */
  callsPerHour?: number;
  /** Sees every REST call with its answer, before the answer is sent. */
  observe?: (exchange: Exchange) => void;
  now?: () => number;
};

export async function startLocalGitHub(options: LocalGitHubOptions): Promise<LocalGitHub> {
  await mkdir(options.dir, { recursive: true });
  await writeGuard(options.dir);
  const stopping = new AbortController();
  const underWay = new Set<Promise<unknown>>();
  const hub = createHub(options, stopping.signal, underWay);
  const api = createApiServer(hub, options.observe ?? (() => undefined));
  const server = createServer((request, response) => {
    hub.background(serve(hub, api.serve, request, response));
  });
  hub.url = await listen(server, options.port ?? 0);
  return {
    url: hub.url,
    apiUrl: `${hub.url}${API_PREFIX}`,
    port: Number(new URL(hub.url).port),
    app: hub.app,
    ...doors(hub),
    calls: () => api.calls,
    stop: () => stop(server, stopping, underWay),
  };
}

function doors(hub: Hub) {
  return {
    addUser: (login: string, options: UserOptions = {}) => addUser(hub, login, options),
    addRepository: async (input: NewRepository) => {
      const repository = await createRepository(hub, input);
      return { id: repository.id, fullName: fullName(repository), gitDir: repository.gitDir };
    },
    install: (owner: string, options: InstallOptions = {}) => installApp(hub, owner, options),
    suspend: (owner: string, isSuspended: boolean) => {
      const installation = [...hub.store.installations.values()].find(({ account }) => account === owner);
      if (installation) suspendApp(hub, installation, isSuspended);
    },
    deliverTo: (webhookUrl: string) => {
      hub.webhookUrl = webhookUrl;
    },
    clickCheckAction: (click: CheckClick) => clickCheckAction(hub, click),
    faults: { add: hub.faults.add, clear: hub.faults.clear },
    store: hub.store,
  };
}

function createHub(options: LocalGitHubOptions, signal: AbortSignal, underWay: Set<Promise<unknown>>): Hub {
  let lastId = 1000;
  const now = options.now ?? Date.now;
  const store = createStore();
  const hub: Hub = {
    store,
    app: createApp(now()),
    dir: options.dir,
    url: "",
    webhookUrl: null,
    faults: createFaults(),
    limits: createRateLimits(now, options.callsPerHour),
    ci: { ...CI_DEFAULTS, ...options.ci },
    now,
    nextId: () => ++lastId,
    signal,
    background: (work) => void keep(work, signal, underWay),
    heldDeliveries: [],
    locks: new Map(),
  };
  addUser(hub, hub.app.owner, { type: "Organization" });
  addUser(hub, `${hub.app.slug}[bot]`, { type: "Bot" });
  addUser(hub, "github-actions[bot]", { type: "Bot" });
  return hub;
}

async function keep(
  work: Promise<unknown>,
  signal: AbortSignal,
  underWay: Set<Promise<unknown>>,
): Promise<void> {
  const watched = work.catch((error: unknown) => {
    if (!signal.aborted) console.error("The local GitHub failed at something nobody waited for:", error);
  });
  underWay.add(watched);
  await watched;
  underWay.delete(watched);
}

type Serve = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

async function serve(
  hub: Hub,
  serveApi: Serve,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", hub.url);
  try {
    if (url.pathname.startsWith("/api/")) await serveApi(request, response);
    else if (/^\/[^/]+\/[^/]+\.git\//.test(url.pathname)) await serveGit(hub, request, response);
    else if (url.pathname.startsWith("/login/oauth/")) await serveSignIn(hub, request, url, response);
    else await servePage(hub, url, response);
  } catch (error) {
    if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain" });
    response.end(`The local GitHub failed: ${String(error)}`);
  }
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function stop(
  server: Server,
  stopping: AbortController,
  underWay: ReadonlySet<Promise<unknown>>,
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  stopping.abort(new Error("the local GitHub is stopping"));
  server.closeAllConnections();
  await closed;
  await Promise.all(underWay);
}
