// A whole installation in one process: the local GitHub over real HTTP and git, the real app on a real database,
// and a runner that makes real sealed changes from a script instead of asking Codex.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import type { Exchange } from "../../demo/github/http/exchange.ts";
import { type LocalGitHub, startLocalGitHub } from "../../demo/github/start-local-github.ts";
import { type Person, person } from "../../demo/person.ts";
import { loadAppKey } from "../../src/config/app-key.ts";
import { readGitHubCredentials } from "../../src/config/github-credentials.ts";
import { type AppSettings, loadAppSettings } from "../../src/config/settings.ts";
import type { Policy } from "../../src/core/policy.ts";
import { connect } from "../../src/database/connect.ts";
import { migrate } from "../../src/database/migrations.ts";
import { approveRunner } from "../../src/database/runners.ts";
import type { Worker } from "../../src/engine/worker.ts";
import { type OpenedWorld, openWorld } from "../../src/main/open-world.ts";
import { type Running, startAppOn } from "../../src/main/start-app.ts";
import { type Plan, SCRIPTED, startScriptedRunner } from "./flow-runner.ts";
import { writeFiles } from "./git-repository.ts";

/** The account of the target. */
export const OWNER = "tidy";
export const REPO = "greeter";
const FILES = { "README.md": "# greeter\n", "greeting.txt": "hello\n", "src/greet.txt": "hi\n" };

export type FlowOptions = {
  /** More files of the repository's first commit. */
  files?: Readonly<Record<string, string>>;
  policy?: Partial<Policy>;
  /** Only those with a role there see it. */
  private?: boolean;
  /** Checks that the default branch requires; none by default, and then a head without checks is fine. */
  requiredChecks?: readonly string[];
  /** The default branch takes only branches that are up to date. */
  upToDate?: boolean;
  databaseUrl?: string;
  /** Workflows are run; otherwise nothing reports but who sets a status. */
  hasCi?: boolean;
  /** Larger webhooks are refused. */
  maxPayloadBytes?: number;
  /** fork: the app is installed nowhere and has nothing but a person's token, of Olga's account. both: it has that as well. */
  mode?: "direct" | "fork" | "both";
  /** Sees every REST call when it is answered, before the app reads the answer. */
  onExchange?: (exchange: Exchange) => void;
  /** Who holds the forks, other than the token's account. */
  forkOwner?: string;
  /** Where a collector listens for traces. */
  collector?: string;
  /** The runner's own address of the database, once that has its tables. */
  runnerUrl?: (databaseUrl: string) => Promise<string>;
};

export type People = Record<"ada" | "grace" | "wren" | "mallory" | "olga", Person>;

export type Flow = {
  dir: string;
  github: LocalGitHub;
  gitDir: string;
  /** Every REST call with what went over the wire. */
  exchanges: Exchange[];
  /** Ada and Grace are maintainers, Wren may write, Mallory is nobody here, and so is Olga, who runs agentpr. */
  people: People;
  tokens: Record<keyof People, string>;
  /** The app's own world: its database and its clock. */
  world: OpenedWorld;
  settings: AppSettings;
  /** What attempts do from now on. */
  plan: { now: Plan };
  /** Where webhooks are taken. */
  webhookUrl: string;
  /** Puts the clock of app and runner forward. */
  passTime(ms: number): void;
  /** Ends the app as SIGTERM does and starts another one; `between` is done while there is none. */
  replaceApp(between: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
};

export const POLICY: Partial<Policy> = { ci_settle_sec: 0, ci_grace_sec: 0 };

export async function raiseFlow(options: FlowOptions = {}): Promise<Flow> {
  const dir = await mkdtemp(join(tmpdir(), "agentpr-flow-"));
  const exchanges: Exchange[] = [];
  const github = await startLocalGitHub({
    dir: join(dir, "github"),
    observe: (exchange) => {
      exchanges.push(exchange);
      options.onExchange?.(exchange);
    },
    ci: { enabled: options.hasCi ?? false },
    callsPerHour: 10_000_000,
  });
  const place = await populate(github, dir, options);
  const settings = await settingsIn(dir, github, { ...options, token: place.tokens.olga });
  await initDatabase(settings.databaseUrl);
  const world = await worldOf(settings, loadAppKey(settings.dataDir));
  const running = { app: await startOn(world, settings) };
  const runnerUrl = (await options.runnerUrl?.(settings.databaseUrl)) ?? settings.databaseUrl;
  const runnerWorld = await worldOf({ ...settings, databaseUrl: runnerUrl }, null);
  const plan = { now: greet };
  const runner = await startScriptedRunner(runnerWorld, { dir, plan: (spec) => plan.now(spec) });
  if (world.database.dialect === "postgres") await approveRunner(world.database.knex, SCRIPTED);
  const parts = { dir, github, exchanges, world, settings, plan, webhookUrl: "", ...place };
  const listen = () => {
    flow.webhookUrl = running.app.ready.find(([label]) => label === "webhooks")?.[1] ?? "";
    if (options.mode !== "fork") github.deliverTo(flow.webhookUrl);
  };
  const flow: Flow = {
    ...parts,
    passTime: (ms) => {
      for (const { database } of [flow.world, runnerWorld]) database.setClockOffset(ms);
    },
    replaceApp: async (between) => {
      await running.app.drain();
      await between();
      flow.world = await worldOf(settings, loadAppKey(settings.dataDir));
      running.app = await startOn(flow.world, settings);
      listen();
    },
    stop: () => stop({ dir, github, app: running.app, runner, runnerWorld }),
  };
  listen();
  return flow;
}

/** Attempts greet once more each time, in one file. */
export const greet: Plan = ({ runId, attempt }) => ({
  files: { "greeting.txt": `hello ${attempt} of ${runId}\n` },
});

async function populate(github: LocalGitHub, dir: string, options: FlowOptions) {
  const { files, requiredChecks = [], upToDate = false } = options;
  const from = join(dir, "seed");
  writeFiles(from, { ...FILES, ...files });
  github.addUser(OWNER, { type: "Organization" });
  const accounts = Object.fromEntries(
    ["ada", "grace", "wren", "mallory"].map((login) => [login, github.addUser(login)]),
  );
  accounts.olga = github.addUser("olga", { scopes: ["public_repo"] });
  if (options.forkOwner) github.addUser(options.forkOwner, { type: "Organization" });
  const names = Object.keys(accounts) as (keyof People)[];
  const pick = <T>(value: (login: keyof People) => T) =>
    Object.fromEntries(names.map((login) => [login, value(login)])) as Record<keyof People, T>;
  const tokens = pick((login) => accounts[login]?.token ?? "");
  const collaborators = { ada: "admin", grace: "maintain", wren: "write" } as const;
  const visibility = { private: options.private ?? false };
  const repository = {
    owner: OWNER,
    name: REPO,
    from,
    collaborators,
    requiredChecks,
    upToDate,
    ...visibility,
  };
  const { gitDir } = await github.addRepository(repository);
  if (options.mode !== "fork") github.install(OWNER);
  return { gitDir, tokens, people: pick((login) => person(github, { login, token: tokens[login] })) };
}

/** The few people of a flow say more in a minute than anybody does in an hour. */
const UNLIMITED = { rate_limit_per_user: 0, rate_limit_per_repository: 0 };

type Installation = FlowOptions & { token: string };

async function settingsIn(dir: string, github: LocalGitHub, options: Installation): Promise<AppSettings> {
  const dataDir = join(dir, "data");
  await mkdir(dataDir, { recursive: true });
  const [policyFile, envFile] = [join(dir, "policy.json"), join(dir, "empty.env")];
  const { maxPayloadBytes: max_payload_bytes = 1_048_576 } = options;
  const github_webhook = { ...UNLIMITED, max_payload_bytes };
  const run_agent_step = { ...POLICY, ...options.policy };
  await writeFile(policyFile, JSON.stringify({ run_agent_step, github_webhook }));
  await writeFile(envFile, "");
  const env = {
    AGENTPR_DATABASE_URL: options.databaseUrl ?? `sqlite:${join(dataDir, "agentpr.db")}`,
    AGENTPR_DATA_DIR: dataDir,
    ...(options.mode === "fork" ? {} : credentialsOf(github)),
    ...(options.mode === "fork" || options.mode === "both" ? tokenOf(options) : {}),
    PORT: "0",
    AGENTPR_GITHUB_API_URL: github.apiUrl,
    AGENTPR_GITHUB_URL: github.url,
    AGENTPR_POLICY_FILE: policyFile,
    AGENTPR_POLL_SEC: "0.5",
    OTEL_EXPORTER_OTLP_ENDPOINT: options.collector ?? "",
  };
  return loadAppSettings({ env, envFile });
}

function credentialsOf({ app }: LocalGitHub) {
  return { APP_ID: String(app.id), PRIVATE_KEY: app.privateKey, WEBHOOK_SECRET: app.webhookSecret };
}

function tokenOf({ token, forkOwner }: Installation) {
  return { AGENTPR_GITHUB_TOKEN: token, ...(forkOwner ? { AGENTPR_FORK_OWNER: forkOwner } : {}) };
}

async function initDatabase(url: string): Promise<void> {
  const database = connect(url);
  await migrate(database);
  await database.close();
}

export function worldOf({ databaseUrl, traces }: AppSettings, key: OpenedWorld["key"]): Promise<OpenedWorld> {
  const base = { name: key === null ? "runner" : "app" };
  const log = pino({ level: process.env.AGENTPR_TEST_LOG ?? "silent", base }, pino.destination(2));
  return openWorld({ databaseUrl, key, log, traces });
}

function startOn(world: OpenedWorld, settings: AppSettings): Promise<Running> {
  const credentials = readGitHubCredentials(settings);
  return startAppOn(world, { settings, credentials, token: settings.github.token, throttled: false });
}

type Parts = { dir: string; github: LocalGitHub; app: Running; runner: Worker; runnerWorld: OpenedWorld };

async function stop({ dir, github, app, runner, runnerWorld }: Parts): Promise<void> {
  await runner.stop();
  await runnerWorld.close();
  await app.stop();
  await github.stop();
  await rm(dir, { recursive: true, force: true });
}
