import { expect, test } from "@jest/globals";
import { selectProvider } from "../../../runner/provider/select-provider.ts";

const FORGE = {
  AGENTPR_FORGE_BASE_URL: "https://forge.example/v1/",
  AGENTPR_FORGE_API_KEY: "fk",
  AGENTPR_FORGE_MODEL: "fm",
};
const AZURE = `
model = "gpt-x"
model_provider = "azure"
notify = ["sh", "-c", "evil"]

[model_providers.azure]
name = "Azure"
base_url = "https://azure.example/openai"
env_key = "AZURE_KEY"
wire_api = "responses"
query_params = { api-version = "2025-04-01" }

[model_providers.azure.http_headers]
X-Team = "a"

[mcp_servers.evil]
command = "evil"
`;

test("Forge comes first and brings its model", () => {
  expect(selectProvider({ ...FORGE, OPENAI_API_KEY: "ok" }, AZURE)).toEqual({
    kind: "forge",
    name: "forge",
    baseUrl: "https://forge.example/v1",
    keyEnv: "AGENTPR_FORGE_API_KEY",
    key: "fk",
    model: "fm",
    wireApi: "responses",
    query: {},
    headers: {},
  });
});

test("the provider that Codex's own configuration selects comes next, with its parameters and nothing else", () => {
  expect(selectProvider({ AZURE_KEY: "ak", OPENAI_API_KEY: "ok" }, AZURE)).toEqual({
    kind: "api_key",
    name: "azure",
    baseUrl: "https://azure.example/openai",
    keyEnv: "AZURE_KEY",
    key: "ak",
    model: "gpt-x",
    wireApi: "responses",
    query: { "api-version": "2025-04-01" },
    headers: { "X-Team": "a" },
  });
});

test.each([
  ["the usual address", {}, "https://api.openai.com/v1"],
  ["another address", { OPENAI_BASE_URL: "https://gateway.example/v1/" }, "https://gateway.example/v1"],
])("an OpenAI key goes to %s", (_title, env, baseUrl) => {
  expect(selectProvider({ OPENAI_API_KEY: "ok", ...env }, 'model = "m"')).toMatchObject({
    kind: "api_key",
    name: "openai",
    baseUrl,
    key: "ok",
    model: "m",
  });
});

test("a ChatGPT login is used only when allowed, and says what it costs", () => {
  const env = { AGENTPR_ALLOW_CODEX_LOGIN: "1", HOME: "/home/me" };

  expect(selectProvider(env, null)).toMatchObject({
    kind: "login",
    authFile: "/home/me/.codex/auth.json",
    warning: expect.stringContaining("inside the box"),
  });
  expect(selectProvider({ HOME: "/home/me" }, null)).toMatchObject({ kind: "none" });
});

test.each([
  ["half of Forge", { AGENTPR_FORGE_BASE_URL: "https://x" }, null, /AGENTPR_FORGE_API_KEY/],
  ["a selected provider whose key is not set", { OPENAI_API_KEY: "ok" }, AZURE, /Set AZURE_KEY/],
  [
    "a provider of the old chat kind",
    { AZURE_KEY: "k" },
    AZURE.replace('"responses"', '"chat"'),
    /wire_api = "responses"/,
  ],
  ["a configuration that cannot be read", { OPENAI_API_KEY: "ok" }, "model = ", /config\.toml/],
  ["nothing at all", {}, null, /OPENAI_API_KEY/],
])("%s gives no provider and the remedy", (_title, env, config, remedy) => {
  expect(selectProvider(env, config)).toMatchObject({ kind: "none", remedy: expect.stringMatching(remedy) });
});

test("an unreadable configuration does not matter to Forge", () => {
  expect(selectProvider(FORGE, "model = ")).toMatchObject({ kind: "forge" });
});
