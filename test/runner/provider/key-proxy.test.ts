import { createServer, type IncomingMessage, type RequestListener, request, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { type KeyProxy, type KeyProxyOrder, startKeyProxy } from "../../../runner/provider/key-proxy.ts";
import { temporaryFolder } from "../box/boxed.ts";

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function upstreamThat(answer: RequestListener): Promise<{ baseUrl: string; server: Server }> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push({
    close() {
      server.closeAllConnections();
      server.close();
    },
  });
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/deep/v1`, server };
}

async function proxyTo(baseUrl: string, extra: Partial<KeyProxyOrder> = {}): Promise<KeyProxy> {
  const upstream = { baseUrl, key: "real-key", query: { v: "1" }, headers: { "x-team": "a" } };
  const proxy = await startKeyProxy({ upstream, signal: new AbortController().signal, ...extra });
  open.push(proxy);
  return proxy;
}

function post(
  proxy: KeyProxy,
  { path = "/responses", method = "POST", nonce = proxy.nonce, body = "{}" } = {},
) {
  return fetch(`${proxy.baseUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${nonce}` },
    ...(method === "GET" ? {} : { body }),
  });
}

test("a request goes upstream with the real key, the provider's own parameters and its body", async () => {
  const seen: { url: string | undefined; headers: IncomingMessage["headers"]; body: string }[] = [];
  const { baseUrl } = await upstreamThat(async (incoming, response) => {
    const body = (await incoming.toArray()).join("");
    seen.push({ url: incoming.url, headers: incoming.headers, body });
    response.end("fine");
  });
  const proxy = await proxyTo(baseUrl);

  const answer = await post(proxy, { body: '{"model":"m"}' });

  expect(await answer.text()).toBe("fine");
  expect(seen).toEqual([
    {
      url: "/deep/v1/responses?v=1",
      headers: expect.objectContaining({ authorization: "Bearer real-key", "x-team": "a" }),
      body: '{"model":"m"}',
    },
  ]);
  expect(JSON.stringify(seen)).not.toContain(proxy.nonce);
  expect(proxy).toMatchObject({ requests: 1, failure: null });
});

test.each([
  ["a wrong nonce", { nonce: "0".repeat(64) }, 401],
  ["an empty nonce", { nonce: "" }, 401],
  ["the real key instead of the nonce", { nonce: "real-key" }, 401],
  ["another path", { path: "/files" }, 403],
  ["a path below", { path: "/responses/1" }, 403],
  ["an encoded detour", { path: "/responses/%2e%2e/files" }, 403],
  ["another method", { method: "DELETE" }, 403],
  ["reading", { method: "GET" }, 403],
])("%s is refused and never reaches upstream", async (_title, request, status) => {
  let reached = 0;
  const { baseUrl } = await upstreamThat((_request, response) => {
    reached += 1;
    response.end();
  });

  const answer = await post(await proxyTo(baseUrl), request);

  expect(answer.status).toBe(status);
  expect(reached).toBe(0);
});

test("a raw path with dots is refused as it stands", async () => {
  const { baseUrl } = await upstreamThat((_request, response) => response.end());
  const proxy = await proxyTo(baseUrl);
  const head = `POST /v1/responses/../files HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${proxy.nonce}\r\ncontent-length: 0\r\n\r\n`;

  const socket = connect(proxy.port, "127.0.0.1").end(head);

  expect((await socket.setEncoding("utf8").toArray()).join("")).toMatch(/^HTTP\/1.1 403/);
});

test("an answer streams through piece by piece, each one a sign of life", async () => {
  let lives = 0;
  const more = Promise.withResolvers<void>();
  const { baseUrl } = await upstreamThat(async (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" }).write("one");
    await more.promise;
    response.end("two");
  });
  const proxy = await proxyTo(baseUrl, { onActivity: () => lives++ });

  const reader = (await post(proxy)).body?.getReader();
  const first = await reader?.read();
  more.resolve();
  const second = await reader?.read();

  expect([first, second].map((piece) => Buffer.from(piece?.value ?? []).toString())).toEqual(["one", "two"]);
  expect(lives).toBe(2);
});

test("when the client goes, the request upstream is given up", async () => {
  const gone = Promise.withResolvers<void>();
  const { baseUrl } = await upstreamThat((_request, response) => {
    response.write("x");
    response.on("close", gone.resolve);
  });
  const proxy = await proxyTo(baseUrl);
  const client = request(`${proxy.baseUrl}/responses`, {
    method: "POST",
    headers: { authorization: `Bearer ${proxy.nonce}` },
  });
  client.on("error", () => undefined);
  client.on("response", () => client.destroy());
  client.end("{}");

  await expect(gone.promise).resolves.toBeUndefined();
});

test("a limit's reset time is read from the refusal, and forgotten after a success", async () => {
  let refusals = 1;
  const { baseUrl } = await upstreamThat((incoming, response) => {
    incoming.resume();
    if (refusals-- <= 0) return void response.end("fine");
    response.writeHead(429, { "content-type": "application/json" });
    response.end(
      JSON.stringify({
        error: {
          type: "usage_limit_reached",
          message: "The usage limit has been reached",
          resets_at: 2_000_000_000,
        },
      }),
    );
  });
  const proxy = await proxyTo(baseUrl);

  await (await post(proxy)).text();
  expect(proxy.failure).toEqual({
    status: 429,
    code: "usage_limit_reached",
    message: "The usage limit has been reached",
    retryAt: 2_000_000_000_000,
  });

  await (await post(proxy)).text();
  expect(proxy.failure).toBeNull();
});

test("an endpoint that cannot be reached is a 502 with its name", async () => {
  const proxy = await proxyTo("http://127.0.0.1:9/v1");

  const answer = await post(proxy);

  expect(answer.status).toBe(502);
  expect(proxy.failure).toMatchObject({
    status: 502,
    code: "unreachable",
    message: expect.stringContaining("ECONNREFUSED"),
  });
});

test("a socket file serves instead of a port", async () => {
  const { baseUrl } = await upstreamThat((_request, response) => response.end("by socket"));
  const socketPath = join(temporaryFolder(), "p.sock");
  const proxy = await proxyTo(baseUrl, { socketPath });

  const text = await new Promise<string>((resolve, reject) => {
    const client = request({
      socketPath,
      path: "/v1/responses",
      method: "POST",
      headers: { authorization: `Bearer ${proxy.nonce}` },
    });
    client.on("response", (answer) => resolve(answer.toArray().then((parts) => parts.join(""))));
    client.on("error", reject).end("{}");
  });

  expect(text).toBe("by socket");
});

test("an abort closes the proxy", async () => {
  const stop = new AbortController();
  const proxy = await proxyTo("http://127.0.0.1:9/v1", { signal: stop.signal });

  stop.abort();

  await expect(post(proxy)).rejects.toThrow();
});
