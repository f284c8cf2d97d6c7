import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { createTexts } from "../../../src/github/comments/texts.ts";
import { createGitHubPort } from "../../../src/github/port/create-port.ts";
import { runView } from "../comments/run-view.ts";
import { type Installed, installed } from "./installed.ts";

jest.setTimeout(60_000);

const WEB = "https://github.acme.example";
let at: Installed;
let gate: Server;
let apiUrl: string;
const asked: string[] = [];

// An Enterprise server's API has a path of its own, and stands before the web pages at another address.
beforeAll(async () => {
  at = await installed({ ci: { enabled: false } });
  gate = createServer((request, response) => {
    asked.push(request.url ?? "");
    void passOn(request.url ?? "", request.method ?? "GET", request).then(({ status, headers, body }) => {
      response.writeHead(status, headers).end(body);
    });
  });
  await new Promise<void>((resolve) => gate.listen(0, "127.0.0.1", resolve));
  apiUrl = `http://127.0.0.1:${(gate.address() as AddressInfo).port}/api/v3`;
});

afterAll(async () => {
  gate.closeAllConnections();
  await new Promise((resolve) => gate.close(resolve));
  await at.hub.stop();
});

async function passOn(
  path: string,
  method: string,
  request: AsyncIterable<Uint8Array> & { headers: object },
) {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { host: _host, connection: _connection, ...headers } = request.headers as Record<string, string>;
  const answer = await fetch(`${at.hub.github.url}${path}`, {
    method,
    headers,
    ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
  });
  const type = answer.headers.get("content-type") ?? "application/json";
  return { status: answer.status, headers: { "content-type": type }, body: await answer.text() };
}

test("every request goes below /api/v3 of the API's address, tokens' included", async () => {
  const port = createGitHubPort({ ...at.options, apiUrl, url: WEB });

  expect(await port.roleOf(at.target, "octo")).toBe("admin");
  const { revoke } = await port.mintPushToken(at.target);
  await revoke();
  await port.readChecks(at.target, await at.push("topic", { "a.txt": "a\n" }), "main");

  expect(asked.length).toBeGreaterThan(5);
  expect(asked.filter((path) => !path.startsWith("/api/v3/"))).toEqual([]);
});

test("links, git and the app's address for commits are the web's", async () => {
  const port = createGitHubPort({ ...at.options, apiUrl, url: WEB });
  const texts = createTexts({ githubUrl: WEB, webUrl: null });

  expect(port.cloneUrl(at.target)).toBe(`${WEB}/octo/hello.git`);
  expect(port.branchUrl(at.target)).toBe(`${WEB}/octo/hello.git`);
  expect((await port.botIdentity()).email).toMatch(/@users\.noreply\.github\.acme\.example$/);
  expect(texts.sticky(runView({ prNumber: 4 })).body).toContain(`(${WEB}/octo/hello/pull/4)`);
});
