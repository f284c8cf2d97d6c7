import { resolve } from "node:path";
import cron from "node-cron";
import type { Fact } from "../actions/reply.ts";
import { loadAppKey } from "../config/app-key.ts";
import { type GitHubCredentials, readGitHubCredentials } from "../config/github-credentials.ts";
import { readGitHubToken } from "../config/github-token.ts";
import { type LoadedPolicy, loadPolicy } from "../config/policy-file.ts";
import type { AppSettings } from "../config/settings.ts";
import { enqueue } from "../engine/enqueue.ts";
import { startWorker } from "../engine/worker.ts";
import { workerName } from "../engine/worker-name.ts";
import type { World } from "../engine/world.ts";
import { type AuditLog, openAuditLog } from "../github/app/audit-log.ts";
import { startPagesServer } from "../github/app/pages-server.ts";
import { startAppServer } from "../github/app/server.ts";
import { startSetupServer } from "../github/app/setup-server.ts";
import type { SharedContext } from "../jobs/context.ts";
import { appHandlers } from "../jobs/handlers.ts";
import { createMetrics } from "../web/metrics.ts";
import { metricsPage } from "../web/metrics-page.ts";
import { type Access, sharedContext } from "./app-context.ts";
import { telegramBeside } from "./keep-telegram.ts";
import { openWeb } from "./open-web.ts";
import { type OpenedWorld, openLog, openWorld } from "./open-world.ts";
import { readyChecks } from "./ready-checks.ts";
import { receiver } from "./receiver.ts";

export type Running = { readonly ready: readonly Fact[]; drain(): Promise<void>; stop(): Promise<void> };

const SLOTS = 6;

export type AppOptions = Pick<Access, "throttled">;

/** The app: webhooks in, the app lane's workers, the schedule. Without any credentials, the page that makes them. */
export async function startApp(settings: AppSettings, options: AppOptions): Promise<Running> {
  const log = openLog(settings.logLevel, "app");
  const credentials = readGitHubCredentials(settings);
  const token = (await readGitHubToken(settings))?.token ?? null;
  if (credentials === null && token === null) return setUp(settings, log);
  const world = await openWorld({
    databaseUrl: settings.databaseUrl,
    key: loadAppKey(settings.dataDir),
    log,
    traces: settings.traces,
  });
  try {
    return await startAppOn(world, { settings, credentials, token, ...options });
  } catch (error) {
    await world.close();
    throw error;
  }
}

/** The same on a world that is open already; it is closed with the app. */
export async function startAppOn(world: OpenedWorld, access: Access): Promise<Running> {
  const { settings, credentials } = access;
  const policy = loadPolicy(settings.policyFile);
  const metrics = createMetrics(world.database);
  const told = { ...access, onAnswer: metrics.countGitHub };
  const context = await sharedContext({ ...told, policyFor: policy.policyFor, world });
  const audit = openAudit(settings, policy, world);
  const web = openWeb(settings, context);
  const bot = await telegramBeside({ settings, policy, context });
  const own = [metricsPage(metrics, settings.metricsToken), web.handle];
  const pages = bot === null ? own : [bot.page, ...own];
  const checks = readyChecks(world.database, { ...told, log: world.log });
  const server =
    credentials === null
      ? await startPagesServer({ ...settings, database: world.database, pages, ready: checks })
      : await startAppServer({
          ...serverOptions({ settings, credentials, policy, world }),
          ...{ pages, ready: checks },
          audit: (line) => {
            metrics.countWebhook(Number(line.status_code));
            audit.write(line);
          },
        });
  const worker = startLane({ settings, context, policy, appId: credentials?.appId ?? null });
  const schedule = startSchedule(context);
  const end = async (how: "drain" | "stop") => {
    await schedule.stop();
    web.close();
    await server.close();
    await bot?.close();
    metrics.close();
    await audit.close();
    await worker[how]();
    await world.close();
  };
  const ready = [...readyFacts(access, server.port), ...(bot?.ready ?? [])];
  return { ready, drain: () => end("drain"), stop: () => end("stop") };
}

/** Every request to the webhooks leaves a line, under the data folder's reports if not said otherwise. */
export function openAudit(
  { dataDir }: AppSettings,
  { githubWebhook }: Pick<LoadedPolicy, "githubWebhook">,
  { log }: Pick<World, "log">,
): AuditLog {
  return openAuditLog({
    file: resolve(dataDir, "reports", githubWebhook.audit_log_file),
    onError: (error) => log.warn({ err: error }, "audit line not written"),
  });
}

function readyFacts({ settings, credentials, token = null }: Access, port: number): Fact[] {
  const { host, databaseUrl } = settings;
  const at = `http://${host}:${port}`;
  return [
    ["app", at],
    credentials === null
      ? ["webhooks", "none: no App is registered, so GitHub is polled every two minutes"]
      : ["webhooks", `${at}/api/github/webhooks`],
    ...(token === null
      ? []
      : [["forks", settings.github.forkOwner ?? "of the token's own account"] as const]),
    ["database", databaseUrl.replace(/:[^:@/]+@/, ":…@")],
  ];
}

async function setUp({ port, host }: AppSettings, log: ReturnType<typeof openLog>): Promise<Running> {
  const server = await startSetupServer({ port, host, log });
  const stop = () => server.close();
  return { ready: [["set-up page", `http://${host}:${server.port}`]], drain: stop, stop };
}

type Lane = { settings: AppSettings; context: SharedContext; policy: LoadedPolicy; appId: number | null };

function startLane({ settings, context, policy, appId }: Lane) {
  const { world } = context;
  return startWorker(world, {
    lane: "app",
    name: workerName("app"),
    slots: SLOTS,
    handlers: appHandlers(context, appId === null ? null : receiver({ settings, context, policy, appId })),
    pollMs: settings.pollMs,
    repositoryCap: 1_000,
  });
}

/** Kinds that nothing else asks for, by the clock. Two apps that do it at once are harmless: one waits at a time. */
const SCHEDULE = [
  { kind: "patrol", at: "*/5 * * * *", atStart: true, needs: null },
  { kind: "heal", at: "*/15 * * * *", atStart: true, needs: "direct" },
  { kind: "trim", at: "17 3 * * *", atStart: false, needs: null },
  { kind: "poll", at: "*/2 * * * *", atStart: false, needs: "fork" },
] as const;

function startSchedule({ world, reaches }: SharedContext): { stop(): Promise<void> } {
  const kinds = SCHEDULE.filter(({ needs }) => needs === null || reaches[needs] !== null);
  const tasks = kinds.map(({ kind, at }) => cron.schedule(at, () => put(world, kind)));
  // Whatever happened while nobody was here.
  for (const { kind, atStart } of kinds) if (atStart) void put(world, kind);
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
