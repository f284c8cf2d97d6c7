import { z } from "zod";

const text = z.string();
const list = z
  .string()
  .regex(/^\s*-?\d{1,16}(\s*,\s*-?\d{1,16})*\s*$/, { error: "must be numbers with commas between them" })
  .transform((numbers) => numbers.split(",").map(Number))
  .optional();
const address = z.url({ protocol: /^https?$/, error: "must be an http or https address" });
const seconds = (least: number, most: number) => {
  const error = `must be a whole number from ${least} to ${most}`;
  return z.coerce.number({ error }).int({ error }).min(least, { error }).max(most, { error });
};
const choice = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `must be one of ${values.join(", ")}` });
const yesNo = z.stringbool({
  truthy: ["1", "true", "yes", "on"],
  falsy: ["0", "false", "no", "off"],
  error: "must be 1 or 0",
});

/** The bot's variables; the app reads them, because the bot may run inside it. */
export const TELEGRAM_VARIABLES = {
  AGENTPR_TELEGRAM_BOT_TOKEN: text
    .regex(/^\d{1,20}:[\w-]{10,100}$/, { error: "must be a bot's token as BotFather gives it" })
    .optional(),
  AGENTPR_TELEGRAM_API_ROOT: address.default("https://api.telegram.org"),
  AGENTPR_TELEGRAM_ALLOW_CHAT_IDS: list,
  AGENTPR_TELEGRAM_WRITE_CHAT_IDS: list,
  AGENTPR_TELEGRAM_ADMIN_CHAT_IDS: list,
  AGENTPR_TELEGRAM_ALLOW_USER_IDS: list,
  AGENTPR_TELEGRAM_WRITE_USER_IDS: list,
  AGENTPR_TELEGRAM_ADMIN_USER_IDS: list,
  AGENTPR_TELEGRAM_NL_MODE: choice(["rules", "hybrid", "llm"]).default("hybrid"),
  AGENTPR_TELEGRAM_NL_MODEL: text.optional(),
  AGENTPR_TELEGRAM_NL_API_BASE: address.optional(),
  AGENTPR_TELEGRAM_NL_API_KEY_ENV: text.default("AGENTPR_MANAGER_API_KEY"),
  AGENTPR_TELEGRAM_NL_TIMEOUT_SEC: seconds(1, 600).default(20),
  AGENTPR_TELEGRAM_NOTIFY_ENABLED: yesNo.default(true),
  AGENTPR_TELEGRAM_NOTIFY_SCAN_SEC: seconds(0, 3_600).default(30),
  AGENTPR_TELEGRAM_NOTIFY_SCAN_LIMIT: seconds(1, 10_000).default(200),
  AGENTPR_TELEGRAM_DECISION_WHY_MODE: choice(["off", "hybrid", "llm"]).default("hybrid"),
  AGENTPR_TELEGRAM_DECISION_API_KEY_ENV: text.default("AGENTPR_MANAGER_API_KEY"),
  AGENTPR_TELEGRAM_DECISION_MODEL: text.optional(),
  AGENTPR_TELEGRAM_DECISION_API_BASE: address.optional(),
};
const TelegramEnv = z.object(TELEGRAM_VARIABLES);
type TelegramEnv = z.infer<typeof TelegramEnv>;

/** Who may what, by the numbers of chats and of people. */
export type TelegramPeople = Record<"read" | "write" | "admin", { chats: number[]; users: number[] }>;

/** A model that may be asked; which key it needs is known by the name of the variable that holds it. */
export type ModelSettings<Mode extends string> = {
  mode: Mode;
  model: string | null;
  apiBase: string | null;
  apiKeyEnv: string;
  /** Null where that variable is not set. */
  apiKey: string | null;
};

export type TelegramSettings = {
  token: string | null;
  apiRoot: string;
  /** Where Telegram reaches this process; null polls. */
  publicUrl: string | null;
  people: TelegramPeople;
  words: ModelSettings<"rules" | "hybrid" | "llm"> & { timeoutMs: number };
  why: ModelSettings<"off" | "hybrid" | "llm">;
  /** Null tells nothing unasked. */
  notify: { gatherMs: number; most: number } | null;
};

export function telegramSettings(
  env: TelegramEnv,
  publicUrl: string | null,
  named: (name: string) => string | undefined,
): TelegramSettings {
  return {
    token: env.AGENTPR_TELEGRAM_BOT_TOKEN ?? null,
    apiRoot: env.AGENTPR_TELEGRAM_API_ROOT.replace(/\/+$/, ""),
    publicUrl,
    people: {
      read: pair(env.AGENTPR_TELEGRAM_ALLOW_CHAT_IDS, env.AGENTPR_TELEGRAM_ALLOW_USER_IDS),
      write: pair(env.AGENTPR_TELEGRAM_WRITE_CHAT_IDS, env.AGENTPR_TELEGRAM_WRITE_USER_IDS),
      admin: pair(env.AGENTPR_TELEGRAM_ADMIN_CHAT_IDS, env.AGENTPR_TELEGRAM_ADMIN_USER_IDS),
    },
    words: {
      mode: env.AGENTPR_TELEGRAM_NL_MODE,
      model: env.AGENTPR_TELEGRAM_NL_MODEL ?? null,
      apiBase: env.AGENTPR_TELEGRAM_NL_API_BASE ?? null,
      apiKeyEnv: env.AGENTPR_TELEGRAM_NL_API_KEY_ENV,
      apiKey: named(env.AGENTPR_TELEGRAM_NL_API_KEY_ENV) ?? null,
      timeoutMs: env.AGENTPR_TELEGRAM_NL_TIMEOUT_SEC * 1_000,
    },
    why: {
      mode: env.AGENTPR_TELEGRAM_DECISION_WHY_MODE,
      model: env.AGENTPR_TELEGRAM_DECISION_MODEL ?? null,
      apiBase: env.AGENTPR_TELEGRAM_DECISION_API_BASE ?? null,
      apiKeyEnv: env.AGENTPR_TELEGRAM_DECISION_API_KEY_ENV,
      apiKey: named(env.AGENTPR_TELEGRAM_DECISION_API_KEY_ENV) ?? null,
    },
    notify: env.AGENTPR_TELEGRAM_NOTIFY_ENABLED
      ? {
          gatherMs: env.AGENTPR_TELEGRAM_NOTIFY_SCAN_SEC * 1_000,
          most: env.AGENTPR_TELEGRAM_NOTIFY_SCAN_LIMIT,
        }
      : null,
  };
}

function pair(chats: number[] = [], users: number[] = []): { chats: number[]; users: number[] } {
  return { chats, users };
}
