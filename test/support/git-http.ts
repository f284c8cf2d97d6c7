import { existsSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { readGitAsk, serveGitService } from "../../demo/github/git-service.ts";

export type GitServer = { url: string; close: () => Promise<void>; requests: string[] };
export type GitServerOptions = {
  /** Folder whose repositories are served at their relative path. */
  root: string;
  /** When set, every request must carry it as the password of basic authentication. */
  token?: string;
  /** Runs before a request is passed on; a string redirects there. */
  before?: (request: IncomingMessage) => Promise<string | undefined> | string | undefined;
};

/** Real smart HTTP: git itself behind a plain server. */
export async function serveGit(options: GitServerOptions): Promise<GitServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    answer(options, request, response).catch((error: Error) => response.writeHead(500).end(error.message));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, close, requests };
}

async function answer(
  options: GitServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const redirect = await options.before?.(request);
  if (redirect) return void response.writeHead(302, { location: redirect }).end();
  if (options.token && passwordOf(request) !== options.token)
    return void response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
  await serve(options.root, request, response);
}

function passwordOf(request: IncomingMessage): string | undefined {
  const [, encoded = ""] = request.headers.authorization?.split(" ") ?? [];
  return Buffer.from(encoded, "base64").toString().split(":")[1];
}

async function serve(root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://localhost");
  const [, name = "", path = ""] = /^\/(.+?\.git)(\/.*)$/.exec(decodeURIComponent(url.pathname)) ?? [];
  const ask = readGitAsk(request.method, path, url.searchParams);
  const gitDir = join(root, name);
  if (ask === null || !existsSync(gitDir)) return void response.writeHead(404).end();
  await serveGitService({ ...ask, gitDir, env: { PATH: process.env.PATH ?? "" } }, request, response);
}
