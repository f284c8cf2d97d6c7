import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { TELEGRAM_PATH, webhookHandler } from "../../src/telegram/webhook.ts";

const SECRET = "a".repeat(64);
const taken: unknown[] = [];
const page = webhookHandler(SECRET, { take: async (payload) => void taken.push(payload) });
const server = createServer((request, response) => {
  page(request, response).then(
    (answered) => answered || response.writeHead(404).end(),
    () => response.writeHead(500).end(),
  );
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));

const UPDATE = JSON.stringify({ update_id: 1 });

test.each([
  ["an update of Telegram's", "POST", TELEGRAM_PATH, SECRET, UPDATE, 200],
  ["one with another secret", "POST", TELEGRAM_PATH, "b".repeat(64), UPDATE, 401],
  ["one without a secret", "POST", TELEGRAM_PATH, "", UPDATE, 401],
  ["what is no JSON", "POST", TELEGRAM_PATH, SECRET, "{", 400],
  ["what is far too large", "POST", TELEGRAM_PATH, SECRET, `"${"x".repeat(1_100_000)}"`, 413],
  ["a look at the page", "GET", TELEGRAM_PATH, SECRET, undefined, 405],
  ["another page", "POST", "/elsewhere", SECRET, UPDATE, 404],
])("%s is answered as it must be", async (_title, method, path, secret, body, status) => {
  const before = taken.length;
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  const headers = { "x-telegram-bot-api-secret-token": secret };

  const answer = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });

  expect(answer.status).toBe(status);
  expect(taken.length - before).toBe(status === 200 ? 1 : 0);
});
