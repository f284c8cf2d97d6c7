import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { DecisionMode } from "../core/manager-question.ts";
import { withDotenv } from "./dotenv.ts";
import {
  APP_VARIABLES,
  AppEnv,
  type Environment,
  parseEnvironment,
  RUNNER_VARIABLES,
  RunnerEnv,
} from "./env.ts";
import { type TelegramSettings, telegramSettings } from "./telegram-env.ts";
import { type TraceSettings, traceSettings, withoutSlash } from "./trace-settings.ts";

/** Where agentpr lies; relative paths in settings begin here. */
export const PROJECT_ROOT = resolve(import.meta.dirname, "../..");

export type SettingsSource = {
  env: Environment;
  root?: string;
  /** Another file than `.env` at the project's root. */
  envFile?: string | undefined;
  flags?: { databaseUrl?: string | undefined; policyFile?: string | undefined };
};

type CommonSettings = {
  root: string;
  dataDir: string;
  databaseUrl: string;
  logLevel: AppEnv["LOG_LEVEL"];
  /** Longest wait between two looks at the jobs table. */
  pollMs: number;
  traces: TraceSettings | null;
};

export type AppSettings = CommonSettings & {
  host: string;
  port: number;
  /** Where people reach the run pages; null where that is this machine alone. */
  publicUrl: string | null;
  /** Who may read /metrics; null turns it off. */
  metricsToken: string | null;
  github: {
    apiUrl: string;
    webUrl: string;
    appId: number | null;
    privateKey: string | null;
    privateKeyPath: string | null;
    webhookSecret: string | null;
    /** Still accepted while the secret is being changed. */
    previousWebhookSecret: string | null;
    webhookProxyUrl: string | null;
    /** For signing people in; null where the App's secret is not set. */
    signIn: { clientId: string; clientSecret: string } | null;
    /** A person's token, for repositories where the app is not installed. */
    token: string | null;
    /** Who holds the forks; null is the token's own account. */
    forkOwner: string | null;
    /** owner/repo of the private repository where runs on others are asked for. */
    controlRepository: string | null;
  };
  policyFile: string;
  promptVersion: string;
  /** Takes the place of policy/prompts/<version>.md for every run. */
  promptFile: string | null;
  /** A new run begins by itself; otherwise it waits to be resumed. */
  autokick: boolean;
  telegram: TelegramSettings;
  manager: ManagerSettings;
};

/** Who decides, and the model that may be asked; without a key there is none. */
export type ManagerSettings = {
  mode: DecisionMode;
  apiKey: string | null;
  model: string;
  apiBase: string;
  timeoutMs: number;
};

export type RunnerSettings = CommonSettings & {
  /** Where repositories are laid out to be worked on. */
  baseDir: string;
  concurrency: number;
  /** A person's own Codex folder: its config.toml may name a model and a provider. */
  codexHome: string;
  allowUnboxed: boolean;
  /** policy/runtime_env_overrides.json. */
  runtimeEnvFile: string;
  /** What Codex and the provider's credentials are found by, without the app's own variables. */
  environment: Environment;
};

export function loadAppSettings(source: SettingsSource): AppSettings {
  const root = source.root ?? PROJECT_ROOT;
  const env = parseEnvironment(AppEnv, environmentOf(source, root, APP_VARIABLES));
  const publicUrl = env.AGENTPR_PUBLIC_URL === undefined ? null : withoutSlash(env.AGENTPR_PUBLIC_URL);
  return {
    ...common(env, root, source),
    host: env.HOST,
    port: env.PORT,
    publicUrl,
    metricsToken: env.AGENTPR_METRICS_TOKEN ?? null,
    github: githubSettings(env, root),
    policyFile: resolve(
      root,
      source.flags?.policyFile ?? env.AGENTPR_POLICY_FILE ?? "policy/manager_policy.json",
    ),
    promptVersion: env.AGENTPR_DEFAULT_PROMPT_VERSION,
    promptFile:
      env.AGENTPR_WORKER_PROMPT_FILE === undefined ? null : resolve(root, env.AGENTPR_WORKER_PROMPT_FILE),
    autokick: env.AGENTPR_CREATE_AUTOKICK,
    telegram: telegramSettings(env, publicUrl, (name) => environmentOf(source, root, new Set([name]))[name]),
    manager: {
      mode: env.AGENTPR_MANAGER_DECISION_MODE,
      apiKey: env.AGENTPR_MANAGER_API_KEY ?? null,
      model: env.AGENTPR_MANAGER_MODEL,
      apiBase: withoutSlash(env.AGENTPR_MANAGER_API_BASE),
      timeoutMs: env.AGENTPR_MANAGER_TIMEOUT_SEC * 1_000,
    },
  };
}

function githubSettings(env: AppEnv, root: string): AppSettings["github"] {
  return {
    apiUrl: withoutSlash(env.AGENTPR_GITHUB_API_URL),
    webUrl: withoutSlash(env.AGENTPR_GITHUB_URL),
    appId: env.APP_ID ?? null,
    privateKey: env.PRIVATE_KEY ?? null,
    privateKeyPath: env.PRIVATE_KEY_PATH === undefined ? null : resolve(root, env.PRIVATE_KEY_PATH),
    webhookSecret: env.WEBHOOK_SECRET ?? env.AGENTPR_GITHUB_WEBHOOK_SECRET ?? null,
    previousWebhookSecret: env.AGENTPR_GITHUB_WEBHOOK_SECRET_PREVIOUS ?? null,
    webhookProxyUrl: env.WEBHOOK_PROXY_URL ?? null,
    signIn: signInSettings(env),
    token: env.AGENTPR_GITHUB_TOKEN ?? null,
    forkOwner: env.AGENTPR_FORK_OWNER ?? null,
    controlRepository: env.AGENTPR_CONTROL_REPOSITORY ?? null,
  };
}

function signInSettings({ GITHUB_CLIENT_ID, GITHUB_CLIENT_SECRET }: AppEnv) {
  if (GITHUB_CLIENT_ID === undefined || GITHUB_CLIENT_SECRET === undefined) return null;
  return { clientId: GITHUB_CLIENT_ID, clientSecret: GITHUB_CLIENT_SECRET };
}

export function loadRunnerSettings(source: SettingsSource): RunnerSettings {
  const root = source.root ?? PROJECT_ROOT;
  const environment = withoutAppVariables(environmentOf(source, root, RUNNER_VARIABLES));
  const env = parseEnvironment(RunnerEnv, environment);
  const codexHome = atHome(env.CODEX_HOME ?? "~/.codex");
  return {
    ...common(env, root, source),
    baseDir: resolve(root, env.AGENTPR_BASE_DIR ?? "workspaces"),
    concurrency: env.AGENTPR_RUNNER_CONCURRENCY,
    codexHome,
    allowUnboxed: env.AGENTPR_ALLOW_UNBOXED,
    runtimeEnvFile: join(root, "policy", "runtime_env_overrides.json"),
    environment: {
      ...environment,
      CODEX_HOME: codexHome,
      AGENTPR_ALLOW_CODEX_LOGIN: env.AGENTPR_ALLOW_CODEX_LOGIN ? "1" : undefined,
    },
  };
}

function environmentOf(source: SettingsSource, root: string, only: ReadonlySet<string>): Environment {
  const { env, envFile } = source;
  const file = envFile === undefined ? join(root, ".env") : resolve(envFile);
  return withDotenv({ env, file, required: envFile !== undefined, only });
}

function withoutAppVariables(environment: Environment): Environment {
  const own = ([name]: [string, unknown]) => !APP_VARIABLES.has(name) || RUNNER_VARIABLES.has(name);
  return Object.fromEntries(Object.entries(environment).filter(own));
}

function common(env: AppEnv | RunnerEnv, root: string, { flags }: SettingsSource): CommonSettings {
  const dataDir = resolve(root, env.AGENTPR_DATA_DIR ?? "data");
  const url = flags?.databaseUrl ?? env.AGENTPR_DATABASE_URL ?? `sqlite:${join(dataDir, "agentpr.db")}`;
  return {
    root,
    dataDir,
    databaseUrl: withAbsoluteFile(url, root),
    logLevel: env.LOG_LEVEL,
    pollMs: env.AGENTPR_POLL_SEC * 1_000,
    traces: traceSettings(env),
  };
}

function withAbsoluteFile(url: string, root: string): string {
  return url.startsWith("sqlite:") ? `sqlite:${resolve(root, url.slice("sqlite:".length))}` : url;
}

function atHome(path: string): string {
  return path === "~" || path.startsWith("~/") ? join(homedir(), path.slice(1)) : resolve(path);
}
