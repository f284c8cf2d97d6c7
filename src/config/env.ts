// config: settings, parsed once at the door by zod. Only entry points and tests import this room.
// The variables of each process are tables here; a runner's table has nothing that the app must keep to itself.
import { z } from "zod";
import { DECISION_MODES } from "../core/manager-question.ts";
import { Problem } from "../core/problem.ts";
import { TELEGRAM_VARIABLES } from "./telegram-env.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

const words = (message: string) => ({ error: `must be ${message}` });
const text = z.string();
const address = z.url({ protocol: /^https?$/, ...words("an http or https address") });
const whole = (least: number, most: number) =>
  z.coerce
    .number(words(`a whole number from ${least} to ${most}`))
    .int(words(`a whole number from ${least} to ${most}`))
    .min(least, words(`a whole number from ${least} to ${most}`))
    .max(most, words(`a whole number from ${least} to ${most}`));
const yesNo = z.stringbool({
  truthy: ["1", "true", "yes", "on"],
  falsy: ["0", "false", "no", "off"],
  ...words("1 or 0"),
});

const OWNER_AND_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})\/[A-Za-z0-9._-]{1,100}$/;

const PAIRS = /^[^=,\s]+=[^,]*(,\s*[^=,\s]+=[^,]*)*$/;

const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

const EVERYWHERE = {
  AGENTPR_DATABASE_URL: text
    .regex(
      /^(sqlite:.|postgres(ql)?:\/\/.)/,
      words("sqlite:<path> or postgres://user:password@host/database"),
    )
    .optional(),
  AGENTPR_DATA_DIR: text.optional(),
  AGENTPR_POLL_SEC: z.coerce
    .number(words("a number of seconds from 0.1 to 3600"))
    .min(0.1, words("a number of seconds from 0.1 to 3600"))
    .max(3_600, words("a number of seconds from 0.1 to 3600"))
    .default(5),
  LOG_LEVEL: z.enum(LOG_LEVELS, words(`one of ${LOG_LEVELS.join(", ")}`)).default("info"),
  OTEL_EXPORTER_OTLP_ENDPOINT: address.optional(),
  OTEL_EXPORTER_OTLP_HEADERS: text
    .regex(PAIRS, words("name=value pairs, separated by commas"))
    .transform(pairsIn)
    .optional(),
};

function pairsIn(list: string): Record<string, string> {
  const pairs = list.split(",").map((pair) => pair.trim().split(/=(.*)/s));
  return Object.fromEntries(pairs.map(([name = "", value = ""]) => [name.trim(), value.trim()]));
}

/** What `agentpr app` reads, and every command that acts for a person. */
export const AppEnv = z.object({
  ...EVERYWHERE,
  APP_ID: whole(1, Number.MAX_SAFE_INTEGER).optional(),
  PRIVATE_KEY: text.optional(),
  PRIVATE_KEY_PATH: text.optional(),
  WEBHOOK_SECRET: text.optional(),
  AGENTPR_GITHUB_WEBHOOK_SECRET: text.optional(),
  AGENTPR_GITHUB_WEBHOOK_SECRET_PREVIOUS: text.optional(),
  WEBHOOK_PROXY_URL: address.optional(),
  GITHUB_CLIENT_ID: text.optional(),
  GITHUB_CLIENT_SECRET: text.optional(),
  HOST: text.default("127.0.0.1"),
  PORT: whole(0, 65_535).default(3_000),
  AGENTPR_PUBLIC_URL: text
    .regex(/^https?:\/\/[^\s/?#]+\/?$/, words("an http or https address without a path"))
    .optional(),
  AGENTPR_METRICS_TOKEN: text.regex(/^\S{16,}$/, words("at least 16 characters without spaces")).optional(),
  AGENTPR_GITHUB_API_URL: address.default("https://api.github.com"),
  AGENTPR_GITHUB_URL: address.default("https://github.com"),
  AGENTPR_GITHUB_TOKEN: text.regex(/^\S+$/, words("a token without spaces")).optional(),
  AGENTPR_FORK_OWNER: text.regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/, words("a GitHub account")).optional(),
  AGENTPR_CONTROL_REPOSITORY: text.regex(OWNER_AND_NAME, words("owner/repository")).optional(),
  AGENTPR_POLICY_FILE: text.optional(),
  AGENTPR_DEFAULT_PROMPT_VERSION: text.default("v1"),
  AGENTPR_WORKER_PROMPT_FILE: text.optional(),
  AGENTPR_CREATE_AUTOKICK: yesNo.default(true),
  ...TELEGRAM_VARIABLES,
  AGENTPR_MANAGER_DECISION_MODE: z
    .enum(DECISION_MODES, words(`one of ${DECISION_MODES.join(", ")}`))
    .default("rules"),
  AGENTPR_MANAGER_API_KEY: text.regex(/^\S+$/, words("a key without spaces")).optional(),
  AGENTPR_MANAGER_MODEL: text.default("gpt-4o-mini"),
  AGENTPR_MANAGER_API_BASE: address.default("https://api.openai.com/v1"),
  AGENTPR_MANAGER_TIMEOUT_SEC: whole(1, 600).default(20),
});
export type AppEnv = z.infer<typeof AppEnv>;

/** What `agentpr runner` reads: no App key, no webhook secret, nothing that acts on GitHub. */
export const RunnerEnv = z.object({
  ...EVERYWHERE,
  AGENTPR_BASE_DIR: text.optional(),
  AGENTPR_RUNNER_NAME: text
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, words("letters, digits, dots and dashes"))
    .optional(),
  AGENTPR_RUNNER_CONCURRENCY: whole(1, 64).default(1),
  AGENTPR_CODEX_BIN: text.optional(),
  AGENTPR_CODEX_CONFIG_OVERRIDES: text.optional(),
  AGENTPR_FORGE_BASE_URL: address.optional(),
  AGENTPR_FORGE_API_KEY: text.optional(),
  AGENTPR_FORGE_MODEL: text.optional(),
  OPENAI_API_KEY: text.optional(),
  OPENAI_BASE_URL: address.optional(),
  CODEX_HOME: text.optional(),
  AGENTPR_ALLOW_CODEX_LOGIN: yesNo.default(false),
  AGENTPR_ALLOW_UNBOXED: yesNo.default(false),
});
export type RunnerEnv = z.infer<typeof RunnerEnv>;

export const APP_VARIABLES: ReadonlySet<string> = new Set(Object.keys(AppEnv.shape));
export const RUNNER_VARIABLES: ReadonlySet<string> = new Set(Object.keys(RunnerEnv.shape));

/** Parses a process's own variables; an empty one counts as not set. Values are never repeated in a message. */
export function parseEnvironment<T>(schema: z.ZodType<T>, environment: Environment): T {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = schema.safeParse(set);
  if (parsed.success) return parsed.data;
  throw unusable(parsed.error);
}

function unusable(error: z.ZodError): Problem {
  const faults = error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`);
  const names = [...new Set(error.issues.map((issue) => issue.path.join(".")))];
  return new Problem(
    names.length === 1 ? `The setting ${names[0]} is not usable` : `${names.length} settings are not usable`,
    faults.join("; "),
    "Correct it in .env or in the environment; .env.example explains every setting",
  );
}
