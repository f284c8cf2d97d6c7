import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { execa } from "execa";
import { type LocalTelegram, startLocalTelegram } from "../../demo/telegram/start-local-telegram.ts";
import { CLI_MAIN, testCli } from "../support/run-cli.ts";
import { eventually } from "../support/world.ts";

const cli = testCli();
const ADA = { id: 11, name: "Ada" };
let telegram: LocalTelegram;
beforeAll(async () => {
  telegram = await startLocalTelegram();
  await cli.run(["init-db"]);
});
afterAll(() => telegram.stop());

type Env = Record<string, string>;

/** The bot as a person starts it, until it says that it is up. */
async function started(more: Env = {}) {
  const args = ["run-telegram-bot", "--skip-doctor", "--allow-chat-id", "11", "--json"];
  const child = execa(process.execPath, [CLI_MAIN, "--settings-file", "/dev/null", ...args], {
    env: {
      AGENTPR_DATA_DIR: cli.folder(),
      AGENTPR_TELEGRAM_BOT_TOKEN: telegram.token,
      AGENTPR_TELEGRAM_API_ROOT: telegram.url,
      LOG_LEVEL: "silent",
      ...more,
    },
    reject: false,
    forceKillAfterDelay: 30_000, // it has a grace of its own
    timeout: 50_000,
  });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString("utf8");
  });
  await eventually("it is up", async () => said.includes("agentpr_bot"));
  return { child };
}

const answered = (text: string) =>
  eventually(`“${text}”`, async () => telegram.shown(ADA.id).findLast((shown) => shown.text.includes(text)));

test("the bot alone answers a command, and ends at SIGTERM with nothing left undone", async () => {
  const { child } = await started();
  telegram.say(ADA, "/overview");
  await answered("0 runs");
  telegram.fault({ method: "sendMessage", kind: "late", times: 1, seconds: 1 });
  telegram.say(ADA, "/next");
  await eventually("it is being said", async () =>
    telegram.state.calls.some(({ payload }) => String(payload.text).includes("Nothing wants anybody")),
  );

  child.kill("SIGTERM");

  expect((await child).exitCode).toBe(0);
  await answered("Nothing wants anybody");
});

test("with a public address it takes webhooks, of Telegram alone", async () => {
  const port = await freePort();
  const { child } = await started({ AGENTPR_PUBLIC_URL: "http://127.0.0.1:9", PORT: String(port) });
  const hook = await eventually("a webhook", async () => telegram.state.webhook);
  const post = async (secret: string | null, text: string) => {
    const update = telegram.say(ADA, text);
    const headers = secret === null ? {} : { "x-telegram-bot-api-secret-token": secret };
    const url = `http://127.0.0.1:${port}${new URL(hook.url).pathname}`;
    return (await fetch(url, { method: "POST", headers, body: JSON.stringify(update) })).status;
  };

  expect(await post(hook.secret, "/list")).toBe(200);
  expect(await post("b".repeat(64), "/pending_pr")).toBe(401);
  expect(await post(null, "/pending_pr")).toBe(401);
  await answered("There are no runs");
  expect(telegram.shown(ADA.id).some(({ text }) => text.includes("yes"))).toBe(false);

  child.kill("SIGTERM");
  expect((await child).exitCode).toBe(0);
});

test("at SIGTERM it ends also while Telegram answers nothing any more, and says the rest when it is started again", async () => {
  const { child } = await started();
  await eventually("it polls", async () => telegram.state.webhook === null);
  telegram.say(ADA, "/help");
  await answered("/approve_pr");
  telegram.fault({ method: null, kind: "hang", times: 1_000 });
  telegram.say(ADA, "/pending_pr"); // answers the question that was asked before
  await eventually("it is being said", async () =>
    telegram.state.calls.some(({ payload }) => String(payload.text).includes("waits for a confirmation")),
  );

  const began = performance.now();
  child.kill("SIGTERM");
  expect((await child).exitCode).toBe(0);
  expect(performance.now() - began).toBeLessThan(20_000);
  telegram.state.faults = [];

  const again = await started();
  await answered("waits for a confirmation");
  again.child.kill("SIGTERM");
  await again.child;
});

test("a session is played without Telegram, on the same database", async () => {
  const args = ["simulate-bot-session", "--text", "/list", "--text", "what waits for me?", "--json"];
  const { exitCode, stdout } = await cli.run(args, {
    AGENTPR_POLICY_FILE: join("policy", "manager_policy.json"),
  });

  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    transcript: [{ input: "/list" }, { input_mode: "natural_language" }],
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
