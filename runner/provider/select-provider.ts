// The room that knows how a run reaches its model: which credentials are used, and the proxy that keeps them out of the box.
// Credentials stay in the runner's memory; what goes further is the proxy's address and a nonce.
import { join } from "node:path";
import { type CodexConfig, type ConfiguredProvider, readCodexConfig } from "./codex-config.ts";

export type KeyedProvider = {
  kind: "forge" | "api_key";
  name: string;
  baseUrl: string;
  /** The variable the key came from, for doctor. */
  keyEnv: string;
  key: string;
  model: string | null;
  wireApi: "responses";
  /** Added to every request upstream. */
  query: Readonly<Record<string, string>>;
  headers: Readonly<Record<string, string>>;
};
export type LoginProvider = {
  kind: "login";
  name: string;
  model: string | null;
  /** Lent to the box, writable: Codex renews the login in it. */
  authFile: string;
  warning: string;
};
export type NoProvider = { kind: "none"; why: string; remedy: string };
export type Provider = KeyedProvider | LoginProvider | NoProvider;

export type Environment = Readonly<Record<string, string | undefined>>;
type Choice = (env: Environment, config: CodexConfig) => Provider | null;

const OPENAI = "https://api.openai.com/v1";
const REMEDY =
  "Set AGENTPR_FORGE_BASE_URL and AGENTPR_FORGE_API_KEY, or OPENAI_API_KEY, or AGENTPR_ALLOW_CODEX_LOGIN=1 to use a ChatGPT login";

/** First choice that applies wins: Forge, the configured provider or an OpenAI key, a ChatGPT login if allowed. */
export function selectProvider(env: Environment, configText: string | null): Provider {
  const reading = readCodexConfig(configText ?? "");
  if (!reading.ok && env.AGENTPR_FORGE_API_KEY === undefined) {
    return { kind: "none", why: reading.why, remedy: "Correct ~/.codex/config.toml, or set AGENTPR_FORGE_*" };
  }
  const config = reading.ok ? reading.config : { model: null, provider: null };
  for (const choose of CHOICES) {
    const provider = choose(env, config);
    if (provider !== null) return provider;
  }
  return { kind: "none", why: "no model credentials are set", remedy: REMEDY };
}

/** What of a provider must never be seen, whatever its variable is called. */
export function providerSecrets(provider: Provider): string[] {
  if (provider.kind === "login" || provider.kind === "none") return [];
  const { key, headers, query } = provider;
  const credentials = [...Object.entries(headers), ...Object.entries(query)].filter(([name]) =>
    /auth|key|token|secret/i.test(name),
  );
  return [key, ...credentials.map(([, value]) => value)];
}

const CHOICES: readonly Choice[] = [forge, configured, openAi, login];

function forge(env: Environment): Provider | null {
  const { AGENTPR_FORGE_BASE_URL: baseUrl, AGENTPR_FORGE_API_KEY: key, AGENTPR_FORGE_MODEL: model } = env;
  if (!baseUrl && !key) return null;
  if (!baseUrl || !key) {
    const missing = baseUrl ? "AGENTPR_FORGE_API_KEY" : "AGENTPR_FORGE_BASE_URL";
    return {
      kind: "none",
      why: `only one half of the Forge settings is there`,
      remedy: `Set ${missing} too`,
    };
  }
  return keyed({
    kind: "forge",
    name: "forge",
    baseUrl,
    keyEnv: "AGENTPR_FORGE_API_KEY",
    key,
    model: model || null,
  });
}

function configured(env: Environment, { model, provider }: CodexConfig): Provider | null {
  if (provider === null || provider.envKey === null) return null;
  const refusal = refuse(provider, env);
  if (refusal !== null) return refusal;
  const { name, envKey: keyEnv, query, headers } = provider;
  const baseUrl = provider.baseUrl ?? openAiUrl(env);
  return {
    ...keyed({ kind: "api_key", name, baseUrl, keyEnv, key: env[keyEnv] ?? "", model }),
    query,
    headers,
  };
}

function refuse({ name, envKey, wireApi }: ConfiguredProvider, env: Environment): NoProvider | null {
  if (wireApi !== null && wireApi !== "responses") {
    const why = `provider "${name}" of ~/.codex/config.toml speaks "${wireApi}", and Codex only "responses"`;
    return { kind: "none", why, remedy: `Set wire_api = "responses" for it, or select another provider` };
  }
  if (envKey === null || env[envKey]) return null;
  const why = `~/.codex/config.toml selects "${name}", whose key is expected in ${envKey}, which is not set`;
  return { kind: "none", why, remedy: `Set ${envKey}, or the AGENTPR_FORGE_* settings` };
}

function openAi(env: Environment, { model }: CodexConfig): Provider | null {
  const key = env.OPENAI_API_KEY;
  if (!key) return null;
  return keyed({
    kind: "api_key",
    name: "openai",
    baseUrl: openAiUrl(env),
    keyEnv: "OPENAI_API_KEY",
    key,
    model,
  });
}

function login(env: Environment, { model }: CodexConfig): Provider | null {
  if (env.AGENTPR_ALLOW_CODEX_LOGIN !== "1") return null;
  const warning =
    "The ChatGPT login lies inside the box, where commands of the agent can read it. One attempt runs at a time.";
  const authFile = join(env.CODEX_HOME || join(env.HOME ?? "/", ".codex"), "auth.json");
  return { kind: "login", name: "chatgpt", model, authFile, warning };
}

function openAiUrl(env: Environment): string {
  return env.OPENAI_BASE_URL || OPENAI;
}

function keyed(provider: Omit<KeyedProvider, "wireApi" | "query" | "headers">): KeyedProvider {
  return {
    ...provider,
    baseUrl: provider.baseUrl.replace(/\/+$/, ""),
    wireApi: "responses",
    query: {},
    headers: {},
  };
}
