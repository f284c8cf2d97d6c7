import { spawn } from "node:child_process";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type GitServer = { url: string; close: () => Promise<void>; requests: string[] };
export type GitServerOptions = {
  /** Folder whose repositories are served at their relative path. */
  root: string;
  /** When set, every request must carry it as the password of basic authentication. */
  token?: string;
  /** Runs before a request is passed on; a string redirects there. */
  before?: (request: IncomingMessage) => Promise<string | undefined> | string | undefined;
};

/** Real smart HTTP: git's own http-backend behind a plain server. */
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
  runBackend(options.root, request, response);
}

function passwordOf(request: IncomingMessage): string | undefined {
  const [, encoded = ""] = request.headers.authorization?.split(" ") ?? [];
  return Buffer.from(encoded, "base64").toString().split(":")[1];
}

function runBackend(root: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? "/", "http://localhost");
  const backend = spawn("git", ["http-backend"], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "http.receivepack",
      GIT_CONFIG_VALUE_0: "true",
      REMOTE_USER: "someone",
      REMOTE_ADDR: "127.0.0.1",
      REQUEST_METHOD: request.method,
      PATH_INFO: decodeURIComponent(pathname),
      QUERY_STRING: search.slice(1),
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      CONTENT_LENGTH: request.headers["content-length"] ?? "",
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
      GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  backend.stdin.on("error", () => response.destroy());
  request.pipe(backend.stdin);
  passOn(backend.stdout, response);
}

/** CGI: header lines, an empty line, the body. */
function passOn(output: NodeJS.ReadableStream, response: ServerResponse): void {
  let head = Buffer.alloc(0);
  output.on("data", (chunk: Buffer) => {
    if (response.headersSent) return void response.write(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return;
    const headers = head.toString("latin1", 0, end).split("\r\n");
    const pairs = headers.map((line) => line.split(/: /, 2) as [string, string]);
    const status = Number(pairs.find(([name]) => name === "Status")?.[1].slice(0, 3) ?? 200);
    response.writeHead(status, Object.fromEntries(pairs.filter(([name]) => name !== "Status")));
    response.write(head.subarray(end + 4));
  });
  output.on("end", () => response.end());
}
