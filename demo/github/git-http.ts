import type { IncomingMessage, ServerResponse } from "node:http";
import { grants, mayPush, maySee, reaches } from "./access.ts";
import { type Actor, actorOfToken, passwordOf } from "./actor.ts";
import { type GitAsk, readGitAsk, serveGitService } from "./git-service.ts";
import { Refusal } from "./http/reply.ts";
import { type Hub, withLock } from "./hub.ts";
import { findRepository } from "./repositories.ts";
import { refsLock, settleRefs } from "./settle-refs.ts";
import type { Repository } from "./store/identity.ts";
import { receivingEnvironment } from "./workflow-guard.ts";

type GitCall = { hub: Hub; repository: Repository; actor: Actor; ask: GitAsk };

/** Serves `/{owner}/{repo}.git/…` to those who may fetch or push. */
export async function serveGit(hub: Hub, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", hub.url);
  const [, owner = "", name = "", rest = ""] = /^\/([^/]+)\/([^/]+)\.git(\/.*)$/.exec(url.pathname) ?? [];
  const actor = actorOfGit(hub, request.headers.authorization);
  const repository = findRepository(hub, decodeURIComponent(owner), decodeURIComponent(name));
  const ask = readGitAsk(request.method, rest, url.searchParams);
  const refusal = refusalFor(hub, { actor, repository, pushes: ask?.service === "receive-pack" });
  if (refusal !== null || repository === null || ask === null) {
    refuse(response, refusal ?? NOT_FOUND);
    return;
  }
  const call = { hub, repository, actor: actor ?? { kind: "anonymous" as const }, ask };
  if (ask.service === "upload-pack" || ask.step === "refs") await serve(call, request, response);
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
  await serve(call, request, response, async () => {
    if ("user" in call.actor) await settleRefs(call.hub, call.repository, call.actor.user);
  });
}

async function serve(
  call: GitCall,
  request: IncomingMessage,
  response: ServerResponse,
  beforeEnd?: () => Promise<void>,
): Promise<void> {
  const { hub, repository, actor, ask } = call;
  const env = receivingEnvironment(hub, actor);
  const service = { gitDir: repository.gitDir, ...ask, env, signal: hub.signal, beforeEnd };
  await serveGitService(service, request, response);
}
