import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { beforeAll, expect, test } from "@jest/globals";
import { execa } from "execa";
import { CLI_MAIN, testCli } from "../support/run-cli.ts";

const KEY = generateKeyPairSync("rsa", { modulusLength: 2_048 }).privateKey.export({
  type: "pkcs1",
  format: "pem",
});
const cli = testCli();

beforeAll(async () => {
  await cli.run(["init-db"]);
});

function settings(port: number): Record<string, string> {
  // Nothing listens there: starting must not depend on GitHub's answer.
  const nowhere = "http://127.0.0.1:9";
  return {
    APP_ID: "7",
    PRIVATE_KEY: String(KEY),
    WEBHOOK_SECRET: "secret",
    PORT: String(port),
    LOG_LEVEL: "silent",
    AGENTPR_DATA_DIR: cli.folder(),
    AGENTPR_GITHUB_API_URL: nowhere,
    AGENTPR_GITHUB_URL: nowhere,
  };
}

test("the app says where it answers, answers there, and ends on SIGTERM", async () => {
  const child = execa(process.execPath, [CLI_MAIN, "app", "--json", "--settings-file", "/dev/null"], {
    env: settings(0),
    reject: false,
    timeout: 30_000,
  });
  let status = 0;
  for await (const line of child) {
    const { ready } = JSON.parse(line) as { ready: { app: string } };
    status = (await fetch(`${ready.app}/healthz`)).status;
    child.kill("SIGTERM");
  }
  const { exitCode } = await child;

  expect({ status, exitCode }).toEqual({ status: 200, exitCode: 0 });
});

test("with nothing but a token the app polls, says so, and answers without webhooks", async () => {
  const { APP_ID, PRIVATE_KEY, WEBHOOK_SECRET, ...others } = settings(0);
  const env = { ...others, AGENTPR_GITHUB_TOKEN: "ghp_0123456789012345678901234567890123456789" };
  const args = [CLI_MAIN, "app", "--json", "--settings-file", "/dev/null"];
  const child = execa(process.execPath, args, { env, reject: false, timeout: 30_000 });
  const statuses: number[] = [];
  let said = "";
  for await (const line of child) {
    said = line;
    const { ready } = JSON.parse(line) as { ready: { app: string; webhooks: string } };
    expect(ready.webhooks).toContain("GitHub is polled");
    for (const [path, method] of [
      ["healthz", "GET"],
      ["readyz", "GET"],
      ["api/github/webhooks", "POST"],
    ] as const)
      statuses.push((await fetch(`${ready.app}/${path}`, { method })).status);
    child.kill("SIGTERM");
  }

  expect({ statuses, exitCode: (await child).exitCode }).toEqual({ statuses: [200, 200, 404], exitCode: 0 });
  expect(said).not.toContain("ghp_");
});

test("a port in use is one clear error", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => taken.once("listening", resolve));

  const end = await cli.run(["app"], settings((taken.address() as AddressInfo).port));
  await new Promise((resolve) => taken.close(resolve));

  expect(end.exitCode).toBe(4);
  expect(end.stderr).toMatch(/^error: .*\n {2}why: .*\n {2}do: {2}.*$/);
});

test("an app whose database is not there says how to make it", async () => {
  const end = await cli.run(["app", "--db", `${cli.folder()}/other.db`], settings(0));

  expect(end.exitCode).toBe(4);
  expect(end.stderr).toContain("agentpr init-db");
});
