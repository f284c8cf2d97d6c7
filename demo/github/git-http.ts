import { spawn } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join, relative } from "node:path";
import { grants, mayPush, maySee, reaches } from "./access.ts";
import { type Actor, actorOfToken, passwordOf } from "./actor.ts";
import { Refusal } from "./http/reply.ts";
import { type Hub, withLock } from "./hub.ts";
import { findRepository } from "./repositories.ts";
import { refsLock, settleRefs } from "./settle-refs.ts";
import type { Repository } from "./store/identity.ts";
import { receivingEnvironment } from "./workflow-guard.ts";

type GitCall = { hub: Hub; repository: Repository; actor: Actor; url: URL; rest: string };

/** Serves `/{owner}/{repo}.git/…` through git's own http-backend. */
export async function serveGit(hub: Hub, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", hub.url);
  const [, owner = "", name = "", rest = ""] = /^\/([^/]+)\/([^/]+)\.git(\/.*)$/.exec(url.pathname) ?? [];
  const actor = actorOfGit(hub, request.headers.authorization);
  const repository = findRepository(hub, decodeURIComponent(owner), decodeURIComponent(name));
  const pushes = rest === "/git-receive-pack" || url.searchParams.get("service") === "git-receive-pack";
  const refusal = refusalFor(hub, { actor, repository, pushes });
  if (refusal !== null || repository === null) {
    refuse(response, refusal ?? NOT_FOUND);
    return;
  }
  const call = { hub, repository, actor: actor ?? { kind: "anonymous" as const }, url, rest };
  if (rest !== "/git-receive-pack") await runBackend(call, request, response);
  else await withLock(hub, refsLock(repository), () => receive(call, request, response));
}

type GitRefusal = { status: number; text: string };
const ASK: GitRefusal = {
  status: 401,
  text: "Invalid username or token. Password authentication is not supported for Git operations.",
};
const NOT_FOUND: GitRefusal = { status: 404, text: "Repository not found." };

/** Null is a wrong token; nobody at all is anonymous. */
function actorOfGit(hub: Hub, authorization: string | undefined): Actor | null {
  if (authorization === undefined) return { kind: "anonymous" };
  const [scheme = "", credential = ""] = authorization.split(" ");
  try {
    return actorOfToken(hub, scheme.toLowerCase() === "basic" ? passwordOf(credential) : credential);
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

function refusalFor(
  hub: Hub,
  asked: { actor: Actor | null; repository: Repository | null; pushes: boolean },
): GitRefusal | null {
  const { actor, repository, pushes } = asked;
  if (actor === null) return ASK;
  const visible = repository !== null && maySee(hub, actor, repository) && mayFetch(hub, actor, repository);
  if (actor.kind === "anonymous") return visible && !pushes ? null : ASK;
  if (!visible) return NOT_FOUND;
  if (pushes && repository.archived)
    return { status: 403, text: "This repository was archived so it is read-only." };
  if (!pushes || mayPush(hub, actor, repository)) return null;
  const who = "user" in actor ? actor.user.login : actor.kind;
  return { status: 403, text: `Permission to ${repository.owner}/${repository.name}.git denied to ${who}.` };
}

function mayFetch(hub: Hub, actor: Actor, repository: Repository): boolean {
  if (!repository.private || actor.kind !== "installation") return true;
  return grants(actor.permissions, "contents", "read") && reaches(hub, actor, repository);
}

function refuse(response: ServerResponse, refusal: GitRefusal): void {
  const challenge = refusal.status === 401 ? { "www-authenticate": 'Basic realm="GitHub"' } : {};
  response.writeHead(refusal.status, { "content-type": "text/plain", ...challenge });
  response.end(`${refusal.text}\n`);
}

/** The answer ends only once the push has been settled, so whoever pushed sees its consequences. */
async function receive(call: GitCall, request: IncomingMessage, response: ServerResponse): Promise<void> {
  await runBackend(call, request, response, async () => {
    if ("user" in call.actor) await settleRefs(call.hub, call.repository, call.actor.user);
  });
}

async function runBackend(
  call: GitCall,
  request: IncomingMessage,
  response: ServerResponse,
  beforeEnd: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const env = { ...receivingEnvironment(call.hub, call.actor), ...cgiOf(call, request) };
  const child = spawn("git", ["http-backend"], {
    env,
    stdio: ["pipe", "pipe", "ignore"],
    signal: call.hub.signal,
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => resolve());
  });
  // A client that hangs up ends the backend; the broken pipe itself tells nothing new.
  child.stdin.on("error", () => child.kill());
  request.pipe(child.stdin);
  response.once("close", () => child.kill());
  passOn(child.stdout, response);
  await ended;
  await beforeEnd();
  response.end();
}

/** The backend prints CGI headers, an empty line, then the body. */
function passOn(output: NodeJS.ReadableStream, response: ServerResponse): void {
  let head: Buffer | null = Buffer.alloc(0);
  output.on("data", (chunk: Buffer) => {
    if (head === null) {
      response.write(chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end === -1) return;
    writeHead(response, head.subarray(0, end).toString("latin1"));
    response.write(head.subarray(end + 4));
    head = null;
  });
}

function writeHead(response: ServerResponse, head: string): void {
  const headers = new Map(
    head.split("\r\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]),
  );
  const status = Number.parseInt(headers.get("Status") ?? "200", 10);
  headers.delete("Status");
  response.writeHead(status, Object.fromEntries(headers));
}

function cgiOf(
  { hub, repository, actor, url, rest }: GitCall,
  request: IncomingMessage,
): Record<string, string> {
  const root = join(hub.dir, "repos");
  const header = (name: string) => String(request.headers[name] ?? "");
  return {
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: "1",
    PATH_INFO: `/${relative(root, repository.gitDir)}${rest}`,
    REQUEST_METHOD: request.method ?? "GET",
    QUERY_STRING: url.search.slice(1),
    CONTENT_TYPE: header("content-type"),
    HTTP_CONTENT_ENCODING: header("content-encoding"),
    GIT_PROTOCOL: header("git-protocol"),
    REMOTE_ADDR: "127.0.0.1",
    REMOTE_USER: "user" in actor ? actor.user.login : "",
    ...(request.headers["content-length"] ? { CONTENT_LENGTH: header("content-length") } : {}),
  };
}
