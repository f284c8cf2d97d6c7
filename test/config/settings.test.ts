import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { readGitHubCredentials } from "../../src/config/github-credentials.ts";
import { loadAppSettings, loadRunnerSettings, PROJECT_ROOT } from "../../src/config/settings.ts";
import { Problem } from "../../src/core/problem.ts";
import { managerOf } from "../../src/main/manager-of.ts";

const PEM = generateKeyPairSync("rsa", { modulusLength: 2_048 }).privateKey.export({
  type: "pkcs1",
  format: "pem",
});

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "agentpr-settings-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

test("nothing set gives working defaults below the project's root", () => {
  const app = loadAppSettings({ env: {}, root });
  const runner = loadRunnerSettings({ env: {}, root });

  expect(app).toMatchObject({
    dataDir: join(root, "data"),
    port: 3_000,
    promptVersion: "v1",
    autokick: true,
  });
  expect(app.databaseUrl).toBe(`sqlite:${join(root, "data", "agentpr.db")}`);
  expect(runner).toMatchObject({ baseDir: join(root, "workspaces"), concurrency: 1, allowUnboxed: false });
  expect(readGitHubCredentials(app)).toBeNull();
});

test.each([
  ["APP_ID", "abc"],
  ["APP_ID", "-1"],
  ["PORT", "70000"],
  ["PORT", "80a"],
  ["LOG_LEVEL", "loud"],
  ["AGENTPR_DATABASE_URL", "mysql://x"],
  ["AGENTPR_CREATE_AUTOKICK", "maybe"],
  ["AGENTPR_POLL_SEC", "-7"],
  ["AGENTPR_MANAGER_DECISION_MODE", "guess"],
  ["AGENTPR_MANAGER_API_KEY", "two words"],
  ["AGENTPR_MANAGER_API_BASE", "ftp://x"],
  ["AGENTPR_MANAGER_TIMEOUT_SEC", "-9"],
  ["AGENTPR_PUBLIC_URL", "https://agents.example/behind/a/path"],
  ["AGENTPR_METRICS_TOKEN", "too-short"],
])("%s=%s is refused by name, and its value is not repeated", (name, value) => {
  const problem = problemOf(() => loadAppSettings({ env: { [name]: value }, root }));

  expect(problem.message).toBe(`The setting ${name} is not usable`);
  expect(problem.why).toContain(`${name} must be`);
  expect(problem.why).not.toContain(value);
});

test.each(["hybrid", "llm"])(
  "decided by %s without a key is refused with the variable's name",
  async (mode) => {
    const env = { AGENTPR_MANAGER_DECISION_MODE: mode };

    await expect(managerOf(loadAppSettings({ env, root }))).rejects.toMatchObject({
      message: "The setting AGENTPR_MANAGER_API_KEY is not set",
      remedy: "Set it in .env, or use --decision-mode rules",
    });
  },
);

test("the manager's key never reaches a runner, nor what Codex sees", () => {
  const env = { AGENTPR_MANAGER_API_KEY: "sk-manager" };

  expect(JSON.stringify(loadRunnerSettings({ env, root }))).not.toContain("sk-manager");
  expect(loadAppSettings({ env, root }).manager).toMatchObject({ mode: "rules", apiKey: "sk-manager" });
});

test("several faults are told at once", () => {
  const problem = problemOf(() => loadAppSettings({ env: { PORT: "x", LOG_LEVEL: "y" }, root }));

  expect(problem.message).toBe("2 settings are not usable");
  expect(problem.why).toMatch(/LOG_LEVEL.*PORT|PORT.*LOG_LEVEL/);
});

test("the example of a settings file sets nothing as long as its values are empty", () => {
  const envFile = join(PROJECT_ROOT, ".env.example");
  const { environment: _none, ...runner } = loadRunnerSettings({ env: {}, root });
  const { environment, ...copied } = loadRunnerSettings({ env: {}, envFile, root });

  expect(loadAppSettings({ env: {}, envFile, root })).toEqual(loadAppSettings({ env: {}, root }));
  expect(copied).toEqual(runner);
  expect(Object.values(environment)).not.toContain("");
});

test("an empty value counts as not set", () => {
  expect(loadAppSettings({ env: { PORT: "", APP_ID: "" }, root }).port).toBe(3_000);
});

test.each(["1", "true", "YES", "on"])("%s means yes", (value) => {
  expect(loadRunnerSettings({ env: { AGENTPR_ALLOW_UNBOXED: value }, root }).allowUnboxed).toBe(true);
});

test("a runner takes nothing of the app's, neither from the environment nor from the file", async () => {
  const envFile = join(root, "runner.env");
  await writeFile(envFile, "WEBHOOK_SECRET=canary\nOPENAI_API_KEY=mine\nUNRELATED=canary\n");
  const env = { PRIVATE_KEY: "canary", APP_ID: "7", MY_PROVIDER_KEY: "kept" };

  const settings = loadRunnerSettings({ env, root, envFile });

  expect(settings.environment).toMatchObject({ OPENAI_API_KEY: "mine", MY_PROVIDER_KEY: "kept" });
  expect(JSON.stringify(settings)).not.toContain("canary");
  expect(settings.environment).not.toHaveProperty("APP_ID");
  expect(settings.environment.CODEX_HOME).toBe(settings.codexHome);
});

test("a flag goes before the environment", () => {
  const env = { AGENTPR_DATABASE_URL: "sqlite:a.db", AGENTPR_POLICY_FILE: "b.json" };
  const flags = { databaseUrl: "postgres://h/d", policyFile: "/c.json" };

  expect(loadAppSettings({ env, root, flags })).toMatchObject({
    databaseUrl: "postgres://h/d",
    policyFile: "/c.json",
  });
  expect(loadAppSettings({ env, root })).toMatchObject({
    databaseUrl: `sqlite:${join(root, "a.db")}`,
    policyFile: join(root, "b.json"),
  });
});

const COMPLETE = { APP_ID: "7", PRIVATE_KEY: String(PEM), WEBHOOK_SECRET: "s" };

test.each([
  ["as GitHub gives it", { PRIVATE_KEY: String(PEM) }],
  ["with its line ends written out", { PRIVATE_KEY: String(PEM).trim().replaceAll("\n", "\\n") }],
  ["in base64", { PRIVATE_KEY: Buffer.from(String(PEM)).toString("base64") }],
])("the App's key is read %s", (_title, env) => {
  const credentials = readGitHubCredentials(loadAppSettings({ env: { ...COMPLETE, ...env }, root }));

  expect(credentials?.privateKey.trim()).toBe(String(PEM).trim());
});

test("the App's key is read from a file, and the secret under its older name", async () => {
  await writeFile(join(root, "app.pem"), PEM);
  const env = { APP_ID: "7", PRIVATE_KEY_PATH: "app.pem", AGENTPR_GITHUB_WEBHOOK_SECRET: "old name" };

  expect(readGitHubCredentials(loadAppSettings({ env, root }))).toMatchObject({
    appId: 7,
    webhookSecret: "old name",
  });
});

test.each([
  ["APP_ID", { PRIVATE_KEY: "x", WEBHOOK_SECRET: "s" }],
  ["PRIVATE_KEY or PRIVATE_KEY_PATH", { APP_ID: "7", WEBHOOK_SECRET: "s" }],
  ["WEBHOOK_SECRET", { APP_ID: "7", PRIVATE_KEY: "x" }],
])("half of the App's settings is refused: %s is missing", (name, env) => {
  const problem = problemOf(() => readGitHubCredentials(loadAppSettings({ env, root })));

  expect(problem.why).toContain(`${name} is not set`);
});

test("a key that is none is refused without being shown", () => {
  const env = { ...COMPLETE, PRIVATE_KEY: "canary" };

  const problem = problemOf(() => readGitHubCredentials(loadAppSettings({ env, root })));

  expect(problem.message).toBe("The setting PRIVATE_KEY is not usable");
  expect(`${problem.why} ${problem.remedy}`).not.toContain("canary");
});

function problemOf(work: () => unknown): Problem {
  try {
    work();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error("no problem was reported");
}
