import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "@jest/globals";
import pino from "pino";
import { startSetupServer } from "../../../src/github/app/setup-server.ts";

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test("without credentials Probot's setup page offers our manifest and keeps what it is given", async () => {
  const saved: NodeJS.ProcessEnv[] = [];
  const server = await startSetupServer({
    port: await freePort(),
    host: "127.0.0.1",
    log: pino({ level: "silent" }),
    smee: { createChannel: async () => "https://smee.invalid/abc" },
    saveEnv: (env) => {
      saved.push(env);
      return env;
    },
  });
  const at = `http://127.0.0.1:${server.port}`;

  try {
    const page = await (await fetch(`${at}/probot`)).text();
    const body = JSON.stringify({ appId: "7", pem: "key", webhook_secret: "s" });
    const imported = await fetch(`${at}/probot/import`, { method: "POST", body });

    expect(page).toContain("agentpr");
    expect(page).toContain("pull_request_review");
    expect(imported.status).toBe(200);
    expect(saved).toEqual([
      { WEBHOOK_PROXY_URL: "https://smee.invalid/abc" },
      { APP_ID: "7", PRIVATE_KEY: '"key"', WEBHOOK_SECRET: "s" },
    ]);
  } finally {
    await server.close();
  }
});
