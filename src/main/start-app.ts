import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import cron from "node-cron";
import type { Fact } from "../actions/reply.ts";
import { loadAppKey } from "../config/app-key.ts";
import { type GitHubCredentials, readGitHubCredentials } from "../config/github-credentials.ts";
import { type LoadedPolicy, loadPolicy } from "../config/policy-file.ts";
import { loadPrompt, promptFault } from "../config/prompts.ts";
import type { AppSettings } from "../config/settings.ts";
import { enqueue } from "../engine/enqueue.ts";
import { startWorker } from "../engine/worker.ts";
import { workerName } from "../engine/worker-name.ts";
import type { World } from "../engine/world.ts";
import { startAppServer } from "../github/app/server.ts";
import { startSetupServer } from "../github/app/setup-server.ts";
import { createTexts } from "../github/comments/texts.ts";
import { createGitHubPort } from "../github/port/create-port.ts";
import { receive } from "../github/receive/receive.ts";
import type { AppContext } from "../jobs/context.ts";
import { appHandlers } from "../jobs/handlers.ts";
import type { GitHubPort } from "../jobs/ports.ts";
import { gitPort } from "./git-port.ts";
import { type OpenedWorld, openLog, openWorld } from "./open-world.ts";

export type Running = { readonly ready: readonly Fact[]; drain(): Promise<void>; stop(): Promise<void> };

const SLOTS = 6;

export type AppOptions = {
  /** False only where nobody minds the pace of our requests to GitHub, as in tests. */
  throttled?: boolean;
};

/** The app: webhooks in, the app lane's workers, the schedule. Without credentials, the page that makes them. */
export async function startApp(settings: AppSettings, options: AppOptions): Promise<Running> {
  const log = openLog(settings.logLevel, "app");
  const credentials = readGitHubCredentials(settings);
  if (credentials === null) return setUp(settings, log);
  const world = await openWorld({
    databaseUrl: settings.databaseUrl,
    key: loadAppKey(settings.dataDir),
    log,
  });
  try {
    return await startAppOn(world, { settings, credentials, ...options });
  } catch (error) {
    await world.close();
    throw error;
  }
}

type AppParts = AppOptions & { settings: AppSettings; credentials: GitHubCredentials };

/** The same on a world that is open already; it is closed with the app. */
export async function startAppOn(world: OpenedWorld, parts: AppParts): Promise<Running> {
  const { settings, credentials } = parts;
  const policy = loadPolicy(settings.policyFile);
  const github = portOf(parts, world);
  const server = await startAppServer(serverOptions({ settings, credentials, policy, world }));
  const worker = await startLane({ settings, policy, world, github, appId: credentials.appId });
  const schedule = startSchedule(world);
  const end = async (how: "drain" | "stop") => {
    await schedule.stop();
    await server.close();
    await worker[how]();
    await world.close();
  };
  return { ready: readyFacts(settings, server.port), drain: () => end("drain"), stop: () => end("stop") };
}

function readyFacts({ host, databaseUrl }: AppSettings, port: number): Fact[] {
  return [
    ["app", `http://${host}:${port}`],
    ["webhooks", `http://${host}:${port}/api/github/webhooks`],
    ["database", databaseUrl.replace(/:[^:@/]+@/, ":…@")],
  ];
}

async function setUp({ port, host }: AppSettings, log: ReturnType<typeof openLog>): Promise<Running> {
  const server = await startSetupServer({ port, host, log });
  const stop = () => server.close();
  return { ready: [["set-up page", `http://${host}:${server.port}`]], drain: stop, stop };
}

function portOf({ settings, credentials, throttled = true }: AppParts, { log }: World): GitHubPort {
  const { appId, privateKey } = credentials;
  const { apiUrl, webUrl: url } = settings.github;
  return createGitHubPort({ appId, privateKey, apiUrl, url, log, throttled });
}

type Lane = { settings: AppSettings; policy: LoadedPolicy; world: World; github: GitHubPort; appId: number };

type ContextParts = {
  settings: AppSettings;
  policyFor: LoadedPolicy["policyFor"];
  world: World;
  github: GitHubPort;
};

/** What the app lane's handlers work with, in whichever process they are called. */
export async function appContext({ settings, policyFor, world, github }: ContextParts): Promise<AppContext> {
  const home = join(settings.dataDir, "git-home");
  await mkdir(home, { recursive: true });
  return {
    world,
    github,
    git: gitPort(home, []),
    texts: createTexts({ githubUrl: settings.github.webUrl, webUrl: null }),
    dataDir: settings.dataDir,
    policyFor,
    requireApprovedRunners: world.database.dialect === "postgres",
    promptFor: (version) => loadPrompt(version, promptsOf(settings)),
  };
}

function promptsOf({ root, promptFile: file }: AppSettings) {
  return { root, file };
}

async function startLane({ settings, policy, world, github, appId }: Lane) {
  const { policyFor } = policy;
  const context = await appContext({ settings, policyFor, world, github });
  const { promptVersion, autokick } = settings;
  const fault = (version: string) => promptFault(version, promptsOf(settings));
  const actions = { world, github, policyFor, promptFault: fault, defaults: { promptVersion, autokick } };
  const receiver = { actions, github, own: { appId, bots: [] } };
  const handlers = appHandlers(context, (job) => receive(receiver, job));
  return startWorker(world, {
    lane: "app",
    name: workerName("app"),
    slots: SLOTS,
    handlers,
    pollMs: settings.pollMs,
    repositoryCap: 1_000,
  });
}

/** Kinds that nothing else asks for, by the clock. Two apps that do it at once are harmless: one waits at a time. */
const SCHEDULE = [
  { kind: "patrol", at: "*/5 * * * *" },
  { kind: "heal", at: "*/15 * * * *" },
  { kind: "trim", at: "17 3 * * *" },
] as const;

function startSchedule(world: World): { stop(): Promise<void> } {
  const tasks = SCHEDULE.map(({ kind, at }) => cron.schedule(at, () => put(world, kind)));
  // Whatever happened while nobody was here.
  for (const kind of ["patrol", "heal"] as const) void put(world, kind);
  return {
    stop: async () => {
      for (const task of tasks) await task.destroy();
    },
  };
}

function put(world: World, kind: (typeof SCHEDULE)[number]["kind"]): Promise<void> {
  return world.database
    .transaction((trx) => enqueue(world, trx, { kind, runId: null, payload: {}, key: kind, once: "queued" }))
    .catch((error: unknown) => world.log.warn({ err: error, kind }, "not scheduled; it comes round again"));
}

type Serving = { settings: AppSettings; credentials: GitHubCredentials; policy: LoadedPolicy; world: World };

function serverOptions({
  settings,
  credentials,
  policy,
  world,
}: Serving): Parameters<typeof startAppServer>[0] {
  const { appId, privateKey, webhookSecret, previousWebhookSecret } = credentials;
  const { webhookProxyUrl, apiUrl } = settings.github;
  return {
    world,
    app: { appId, privateKey, apiUrl },
    secrets: [webhookSecret, ...(previousWebhookSecret === null ? [] : [previousWebhookSecret])],
    port: settings.port,
    host: settings.host,
    maxPayloadBytes: policy.githubWebhook.max_payload_bytes,
    ...(webhookProxyUrl === null ? {} : { webhookProxy: webhookProxyUrl }),
  };
}
