import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { slotsFor } from "../../../runner/main.ts";
import { providerSecrets, selectProvider } from "../../../runner/provider/select-provider.ts";
import { codexOverrides } from "../../../src/cli/doctor/checks/codex-overrides.ts";
import { modelCredentials } from "../../../src/cli/doctor/checks/model-credentials.ts";
import { contextOf } from "../../../src/cli/doctor/checks.ts";

const home = mkdtempSync(join(tmpdir(), "agentpr-doctor-test-"));
writeFileSync(join(home, "empty.env"), "");
mkdirSync(join(home, "with-login"));
writeFileSync(join(home, "with-login/auth.json"), "{}");
afterAll(() => rmSync(home, { recursive: true, force: true }));

const FORGE = { AGENTPR_FORGE_BASE_URL: "https://forge.example/v1", AGENTPR_FORGE_API_KEY: "forge-key-1" };

function contextWith(env: Record<string, string>) {
  const source = { env: { CODEX_HOME: home, ...env }, envFile: join(home, "empty.env") };
  return contextOf({ profile: "runner", source, requireCodex: true });
}

test.each([
  ["Forge", FORGE, "ok", /^Forge: .*AGENTPR_FORGE_API_KEY, kept outside the box/],
  ["an API key", { OPENAI_API_KEY: "sk-1" }, "ok", /^API key: openai, key from OPENAI_API_KEY/],
  [
    "a ChatGPT login",
    { AGENTPR_ALLOW_CODEX_LOGIN: "1", CODEX_HOME: join(home, "with-login") },
    "warning",
    /^ChatGPT login: .*inside the box.*One attempt runs at a time/,
  ],
  [
    "a login that is not there",
    { AGENTPR_ALLOW_CODEX_LOGIN: "1" },
    "failure",
    /^ChatGPT login: .*auth\.json/,
  ],
  ["nothing", {}, "failure", /no model credentials/],
] as const)("doctor names the mode of the credentials: %s", async (_title, env, verdict, why) => {
  const finding = await modelCredentials(contextWith(env));

  expect(finding).toMatchObject({ verdict, why: expect.stringMatching(why) });
  expect(JSON.stringify(finding)).not.toMatch(/forge-key-1|sk-1/);
});

test("doctor names overrides by their keys, and a bad one with its fault", async () => {
  const look = (text: string) => codexOverrides(contextWith({ AGENTPR_CODEX_CONFIG_OVERRIDES: text }));

  expect(await look('a="x"; b.c=2')).toMatchObject({ verdict: "ok", why: "a, b.c" });
  expect(await look("a=[1")).toMatchObject({ verdict: "failure", why: expect.stringContaining("not TOML") });
});

test("a login is used by one attempt at a time, a key by as many as are wanted", () => {
  const login = selectProvider({ AGENTPR_ALLOW_CODEX_LOGIN: "1", HOME: "/h" }, null);
  const keyed = selectProvider({ ...FORGE }, null);
  if (login.kind === "none" || keyed.kind === "none") throw new Error("both are providers");

  expect([slotsFor(login, 4), slotsFor(keyed, 4)]).toEqual([1, 4]);
});

test("a key is hidden whatever its variable is called", () => {
  const config = `model_provider = "mine"
[model_providers.mine]
base_url = "https://mine.example/v1"
env_key = "MINE"
http_headers = { "x-api-key" = "header-secret", "x-team" = "blue" }`;

  expect(providerSecrets(selectProvider({ MINE: "odd-secret" }, config))).toEqual([
    "odd-secret",
    "header-secret",
  ]);
  expect(providerSecrets({ kind: "none", why: "", remedy: "" })).toEqual([]);
});
