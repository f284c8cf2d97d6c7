import { generateKeyPairSync } from "node:crypto";
import { chmod, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import type { Profile } from "../../../src/cli/doctor/check.ts";
import { appPermissions } from "../../../src/cli/doctor/checks/app-permissions.ts";
import { clock, clockFinding } from "../../../src/cli/doctor/checks/clock.ts";
import { managerAnswers } from "../../../src/cli/doctor/checks/manager-answers.ts";
import { telegramAnswers } from "../../../src/cli/doctor/checks/telegram-answers.ts";
import { webhookReachable } from "../../../src/cli/doctor/checks/webhook-reachable.ts";
import { CHECKS, checksOf, contextOf } from "../../../src/cli/doctor/checks.ts";
import { mendChecks, runChecks } from "../../../src/cli/doctor/run-checks.ts";
import { neededPermissions } from "../../../src/github/client/permissions.ts";
import { EVENTS } from "../../../src/github/facts/events.ts";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const KEY = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
const TOKEN = `123456:${"A".repeat(35)}`;
const SECRET = "a secret of the webhook";
const { signal } = new AbortController();
const servers: Server[] = [];
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "agentpr-doctor-test-"));
  await writeFile(join(folder, "empty.env"), "", { mode: 0o600 });
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  servers.push(server);
  await new Promise((resolve) => server.once("listening", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function sourceWith(env: Record<string, string>) {
  const own = { AGENTPR_DATA_DIR: join(folder, "data"), AGENTPR_BASE_DIR: join(folder, "workspaces") };
  return { env: { ...own, PATH: process.env.PATH ?? "", ...env }, envFile: join(folder, "empty.env") };
}

function contextWith(env: Record<string, string>, profile: Profile = "app") {
  return contextOf({ profile, source: sourceWith(env), requireCodex: false });
}

function asApp(apiUrl: string) {
  return contextWith({
    APP_ID: "7",
    PRIVATE_KEY: KEY,
    WEBHOOK_SECRET: SECRET,
    AGENTPR_GITHUB_API_URL: apiUrl,
  });
}

function answering(answers: Record<string, unknown>, status = 200): RequestListener {
  return ({ url = "" }, response) => {
    const body = answers[url];
    response.writeHead(body === undefined ? 404 : status, { "content-type": "application/json" });
    response.end(JSON.stringify(body ?? {}));
  };
}

const GRANTED = neededPermissions();
const EVERY_EVENT = Object.entries(EVENTS).flatMap(([name, { subscribed }]) => (subscribed ? [name] : []));

test.each([
  ["all that app.yml asks for", GRANTED, EVERY_EVENT, "ok", "has what app.yml asks for"],
  ["more than that", { ...GRANTED, actions: "write" }, EVERY_EVENT, "ok", "has what app.yml asks for"],
  ["one level too low", { ...GRANTED, contents: "read" }, EVERY_EVENT, "failure", "contents: write"],
  ["one event less", GRANTED, EVERY_EVENT.slice(1), "warning", EVERY_EVENT[0]],
])("an App with %s", async (_title, permissions, events, verdict, words) => {
  const api = await serve(answering({ "/app": { slug: "agentpr", permissions, events } }));

  const finding = await appPermissions(asApp(api));

  expect(finding).toMatchObject({ verdict, why: expect.stringContaining(String(words)) });
});

test("an App whose key GitHub does not know is a failure, and a GitHub that is away is not", async () => {
  const refusing = await serve(answering({ "/app": { message: "no" } }, 401));

  expect(await appPermissions(asApp(refusing))).toMatchObject({ verdict: "failure" });
  expect(await appPermissions(asApp("http://127.0.0.1:9"))).toMatchObject({ verdict: "warning" });
});

test.each([
  [405, "ok"],
  [404, "warning"],
  [502, "warning"],
])("a webhook address that answers a look with %d", async (status, verdict) => {
  const hook = await serve((_request, response) => response.writeHead(status).end());
  const api = await serve(answering({ "/app/hook/config": { url: `${hook}/api/github/webhooks` } }));

  expect(await webhookReachable(asApp(api), signal)).toMatchObject({ verdict });
});

test("a webhook address at which nobody listens is told with what to do", async () => {
  const api = await serve(answering({ "/app/hook/config": { url: "http://127.0.0.1:9/hook" } }));

  const finding = await webhookReachable(asApp(api), signal);

  expect(finding).toMatchObject({ verdict: "warning", remedy: expect.stringContaining("agentpr app") });
});

test.each([
  ["known", 200, { result: { username: "agentpr_bot" } }, "ok", "@agentpr_bot"],
  ["unknown", 401, {}, "failure", "does not know the token"],
  ["not looked at", 500, {}, "warning", "answers 500"],
])("a bot's token that is %s, and is never shown", async (_title, status, body, verdict, words) => {
  const root = await serve(answering({ [`/bot${TOKEN}/getMe`]: body }, status));
  const env = { AGENTPR_TELEGRAM_BOT_TOKEN: TOKEN, AGENTPR_TELEGRAM_API_ROOT: root };

  const finding = await telegramAnswers(contextWith(env, "telegram"), signal);

  expect(finding).toMatchObject({ verdict, why: expect.stringContaining(words) });
  expect(JSON.stringify(finding)).not.toContain(TOKEN);
});

test.each([
  ["takes the key", 200, "ok"],
  ["refuses the key", 401, "failure"],
  ["is unwell", 503, "warning"],
])("a manager's endpoint that %s", async (_title, status, verdict) => {
  const base = await serve(answering({ "/v1/models": { data: [] } }, status));
  const env = {
    AGENTPR_MANAGER_DECISION_MODE: "hybrid",
    AGENTPR_MANAGER_API_KEY: "manager-key",
    AGENTPR_MANAGER_API_BASE: `${base}/v1`,
  };

  const finding = await managerAnswers(contextWith(env, "manager"), signal);

  expect(finding).toMatchObject({ verdict });
  expect(JSON.stringify(finding)).not.toContain("manager-key");
});

test("the clock is compared with GitHub's", async () => {
  const late = new Date(Date.now() + 11 * 60_000).toUTCString();
  const api = await serve((_request, response) => response.writeHead(200, { date: late }).end());

  const finding = await clock(contextWith({ AGENTPR_GITHUB_API_URL: api }), signal);

  expect(finding).toMatchObject({
    verdict: "failure",
    why: expect.stringMatching(/seconds behind GitHub's/),
  });
});

test.each([
  [2, "ok"],
  [-25, "ok"],
  [120, "warning"],
  [-540, "warning"],
  [601, "failure"],
  [-86_400, "failure"],
])("a clock that is %d seconds ahead is %s", (ahead, verdict) => {
  expect(clockFinding(ahead).verdict).toBe(verdict);
});

test("every profile has its checks, and those at a process's start ask nobody", () => {
  const names = (profile: Profile, quick: boolean) =>
    checksOf({ profile, source: sourceWith({}), requireCodex: false, quick }).map(({ name }) => name);

  expect(names("all", false)).toEqual(CHECKS.map(({ name }) => name));
  for (const profile of ["app", "runner", "telegram", "webhook", "manager"] as const)
    expect(names(profile, true)).toEqual(expect.arrayContaining(["settings", "database", "disk space"]));
  expect(names("app", true)).not.toEqual(expect.arrayContaining(["clock"]));
});

test("what is safe is mended: folder, database, and files that others could read", async () => {
  const envFile = join(folder, "open.env");
  await writeFile(envFile, "LOG_LEVEL=silent\n", { mode: 0o644 });
  await chmod(envFile, 0o644);
  const dataDir = join(folder, "mended");
  const source = { env: { AGENTPR_DATA_DIR: dataDir, PATH: process.env.PATH ?? "" }, envFile };
  const checks = checksOf({ profile: "webhook", source, requireCodex: false, quick: true });
  const wanting = (await runChecks(checks)).checks.filter(({ verdict }) => verdict !== "ok");

  const { checks: after } = await mendChecks(checks);

  expect(wanting.map(({ name }) => name)).toEqual(["settings", "database", "webhook secret"]);
  expect(after.filter(({ mended }) => mended).map(({ name }) => name)).toEqual([
    "settings",
    "data folder",
    "database",
  ]);
  expect((await stat(envFile)).mode & 0o077).toBe(0);
});

test("a check that goes wrong is a failure and stops no other", async () => {
  const broken = { name: "broken", look: () => Promise.reject(new Error("odd")) };
  const fine = { name: "fine", look: async () => ({ verdict: "ok", why: "", remedy: null }) as const };

  const { ok, checks } = await runChecks([broken, fine]);

  expect(ok).toBe(false);
  expect(checks.map(({ name, verdict }) => [name, verdict])).toEqual([
    ["broken", "failure"],
    ["fine", "ok"],
  ]);
});
