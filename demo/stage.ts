import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type Database } from "../src/database/connect.ts";
import { approveRunner } from "../src/database/runners.ts";
import { type Child, runOnce, startChild } from "./child.ts";
import { type LocalGitHub, startLocalGitHub } from "./github/start-local-github.ts";
import { makeRepository } from "./make-repository.ts";
import type { Conversation } from "./model/conversation.ts";
import { type ScriptedModel, startScriptedModel } from "./model/scripted-model.ts";
import type { DemoOptions } from "./options.ts";
import type { Person } from "./person.ts";
import { freePort, startDemoPostgres } from "./postgres.ts";
import { telegramSettings } from "./telegram/in-the-demo.ts";
import { type LocalTelegram, startLocalTelegram } from "./telegram/start-local-telegram.ts";

export type Stage = {
  dir: string;
  github: LocalGitHub;
  model: ScriptedModel;
  /** Null unless it is asked for. */
  telegram: LocalTelegram | null;
  database: Database;
  repository: { owner: string; repo: string; gitDir: string };
  /** Ada maintains the repository, Grace reviews. */
  people: { ada: Person; grace: Person };
  /** Values that must never show up anywhere. */
  canaries: Readonly<Record<string, string>>;
  processes: { app: Child; runner: Child };
  /** What its processes are started with. */
  env: { app: Record<string, string>; runner: Record<string, string>; settings: string };
  startApp(): Promise<void>;
  startRunner(): Promise<void>;
  stopProcesses(): Promise<void>;
  stop(): Promise<void>;
};

type Order = {
  options: Pick<DemoOptions, "dir" | "port" | "db" | "telegram" | "decisionMode">;
  conversation: Conversation;
  boxed: boolean;
  policy?: object;
  webhookPolicy?: object;
  callsPerHour?: number;
  /** Variables for app and runner, besides their own. */
  more?: Record<string, string>;
};

const POLICY = { ci_settle_sec: 1, ci_grace_sec: 5 };

/** Everything that a real installation has, each part real but GitHub and the model, all of it on loopback. */
export async function raiseStage(order: Order): Promise<Stage> {
  const { options, conversation, boxed, callsPerHour } = order;
  const dir = await layOutFolder(order);
  const model = await startScriptedModel(conversation, { key: `sk-demo-${randomBytes(20).toString("hex")}` });
  const github = await startLocalGitHub({
    dir: join(dir, "github"),
    ...(options.port === null ? {} : { port: options.port }),
    ...(callsPerHour === undefined ? {} : { callsPerHour }),
  });
  const telegram = options.telegram ? await startLocalTelegram() : null;
  const postgres = options.db === "postgres" ? await startDemoPostgres(join(dir, "postgres")) : null;
  const databaseUrl = postgres?.url ?? `sqlite:${join(dir, "data", "agentpr.db")}`;
  const repository = await makeRepository(github);
  const canaries = plantedSecrets(model, github);
  await plant(dir, canaries);
  const { decisionMode } = options;
  const circumstances = { dir, databaseUrl, github, model, telegram, boxed, canaries, decisionMode };
  const env = await environments(circumstances, order.more);
  await initDatabase(env.app, env.settings);
  const database = connect(databaseUrl);
  const processes = {} as Stage["processes"];
  const start = (name: string) => ({
    args: [name, "--settings-file", env.settings],
    logFile: join(dir, "logs", `${name}.log`),
  });
  github.deliverTo(`http://127.0.0.1:${env.app.PORT}/api/github/webhooks`);
  const stage: Stage = {
    dir,
    github,
    model,
    telegram,
    database,
    ...repository,
    canaries,
    processes,
    env,
    startApp: async () => {
      processes.app = await startChild({ ...start("app"), env: env.app });
    },
    startRunner: async () => {
      processes.runner = await startChild({ ...start("runner"), env: env.runner });
      await approveRunner(database.knex, processes.runner.ready.runner ?? "");
    },
    stopProcesses: async () => {
      await processes.runner?.stop();
      await processes.app?.stop();
    },
    stop: async () => {
      await database.close();
      await github.stop();
      await telegram?.stop();
      await model.stop();
      await postgres?.stop();
    },
  };
  await Promise.all([stage.startApp(), stage.startRunner()]);
  return stage;
}

async function layOutFolder({ options, policy = {}, webhookPolicy = {} }: Order): Promise<string> {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), "agentpr-demo-")));
  for (const name of ["home", "data", "logs"]) await mkdir(join(dir, name), { recursive: true });
  const sections = { run_agent_step: { ...POLICY, ...policy }, github_webhook: webhookPolicy };
  await writeFile(join(dir, "policy.json"), JSON.stringify(sections));
  return dir;
}

/** The credentials of this installation, and some that lie around where a runner's machine has such things. */
function plantedSecrets(model: ScriptedModel, github: LocalGitHub): Record<string, string> {
  return {
    MODEL_KEY: model.key,
    WEBHOOK_SECRET: github.app.webhookSecret,
    DEPLOY_TOKEN: canary(),
    CODEX_LOGIN: canary(),
    DOTENV_BESIDE_THE_WORKSPACE: canary(),
  };
}

function canary(): string {
  return `canary-${randomBytes(16).toString("hex")}`;
}

/** A person's own Codex login, and .env files on the way down to the work tree. */
async function plant(dir: string, { CODEX_LOGIN, DOTENV_BESIDE_THE_WORKSPACE }: Record<string, string>) {
  const login = join(dir, "home", ".codex");
  const places = [join(dir, "workspaces"), join(dir, "workspaces", "tidy", "tidy-dates")];
  await Promise.all([login, ...places].map((folder) => mkdir(folder, { recursive: true })));
  await writeFile(join(login, "auth.json"), JSON.stringify({ OPENAI_API_KEY: CODEX_LOGIN }));
  for (const place of places)
    await writeFile(join(place, ".env"), `API_TOKEN=${DOTENV_BESIDE_THE_WORKSPACE}\n`);
}

type Circumstances = {
  dir: string;
  databaseUrl: string;
  github: LocalGitHub;
  model: ScriptedModel;
  telegram: LocalTelegram | null;
  boxed: boolean;
  canaries: Record<string, string>;
  decisionMode: DemoOptions["decisionMode"];
};

async function environments(circumstances: Circumstances, more: Record<string, string> = {}) {
  const { dir, databaseUrl, github, model, telegram, boxed, canaries, decisionMode } = circumstances;
  // A settings file of our own, so that the operator's .env has no say in the demo.
  const settings = join(dir, "demo.env");
  await writeFile(settings, `# planted: DEPLOY_TOKEN=${canaries.DEPLOY_TOKEN}\n`);
  const common = {
    ...more,
    PATH: process.env.PATH ?? "",
    HOME: join(dir, "home"),
    LANG: "C.UTF-8",
    AGENTPR_DATABASE_URL: databaseUrl,
    AGENTPR_DATA_DIR: join(dir, "data"),
    LOG_LEVEL: process.env.AGENTPR_DEMO_LOG ?? "info",
  };
  const app = {
    ...common,
    APP_ID: String(github.app.id),
    PRIVATE_KEY: github.app.privateKey,
    WEBHOOK_SECRET: github.app.webhookSecret,
    PORT: String(await freePort()),
    AGENTPR_GITHUB_API_URL: github.apiUrl,
    AGENTPR_GITHUB_URL: github.url,
    AGENTPR_POLICY_FILE: join(dir, "policy.json"),
    AGENTPR_DEFAULT_PROMPT_VERSION: "issue",
    ...(telegram === null ? {} : telegramSettings(telegram)),
    AGENTPR_MANAGER_DECISION_MODE: decisionMode,
    AGENTPR_MANAGER_API_KEY: model.key,
    AGENTPR_MANAGER_API_BASE: model.url,
  };
  const runner = {
    ...common,
    AGENTPR_BASE_DIR: join(dir, "workspaces"),
    OPENAI_API_KEY: model.key,
    OPENAI_BASE_URL: model.url,
    DEPLOY_TOKEN: canaries.DEPLOY_TOKEN ?? "",
    ...(boxed ? {} : { AGENTPR_ALLOW_UNBOXED: "1" }),
  };
  return { app, runner, settings };
}

async function initDatabase(env: Record<string, string>, settings: string): Promise<void> {
  const { exitCode, stderr } = await runOnce(["init-db", "--settings-file", settings], env);
  if (exitCode !== 0) throw new Error(`init-db failed: ${stderr}`);
}
