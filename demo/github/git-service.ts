import { spawn } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createGunzip } from "node:zlib";
import { execa } from "execa";

/** What a git client asks for over HTTP: the refs first, then to be served or to push. */
export type GitAsk = { service: "upload-pack" | "receive-pack"; step: "refs" | "exchange" };

export type GitService = GitAsk & {
  gitDir: string;
  env: Readonly<Record<string, string>>;
  signal?: AbortSignal;
  /** Runs when git is done, before the answer ends. */
  beforeEnd?: (() => Promise<void>) | undefined;
};

const SECOND = "version=2";

/** Null is none of git's smart protocol. */
export function readGitAsk(method: string | undefined, path: string, query: URLSearchParams): GitAsk | null {
  const [name, step] =
    method === "POST" ? [path.slice(1), "exchange" as const] : [query.get("service"), "refs" as const];
  if (step === "refs" && path !== "/info/refs") return null;
  if (name === "git-upload-pack") return { service: "upload-pack", step };
  return name === "git-receive-pack" ? { service: "receive-pack", step } : null;
}

/** Git's own smart HTTP; the part of http-backend, whose processes would be two more for each request, is played here. */
export async function serveGitService(
  service: GitService,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const protocol = String(request.headers["git-protocol"] ?? "");
  if (namesNoRefs(service, protocol)) {
    const abilities = await abilitiesOf(service, protocol);
    writeHead(service, protocol, response);
    response.end(abilities);
    return;
  }
  const child = spawn("git", argumentsOf(service), {
    env: { ...service.env, GIT_PROTOCOL: protocol },
    stdio: ["pipe", "pipe", "ignore"],
    ...(service.signal ? { signal: service.signal } : {}),
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => resolve());
  });
  // A client that hangs up ends git; the broken pipe itself tells nothing new.
  child.stdin.on("error", () => child.kill());
  response.once("close", () => child.kill());
  bodyOf(request)
    .on("error", () => child.kill())
    .pipe(child.stdin);
  writeHead(service, protocol, response);
  child.stdout.pipe(response, { end: false });
  await ended;
  await service.beforeEnd?.();
  response.end();
}

/** The second version's first answer to who fetches says only what this git can do. */
function namesNoRefs({ service, step }: GitService, protocol: string): boolean {
  return service === "upload-pack" && step === "refs" && protocol.includes(SECOND);
}

const abilities = new Map<string, Promise<Uint8Array>>();

/** Asked of git once for each repository. */
async function abilitiesOf(service: GitService, protocol: string): Promise<Uint8Array> {
  const { gitDir } = service;
  const asked = abilities.get(gitDir) ?? askAbilities(service, protocol);
  abilities.set(gitDir, asked);
  return await asked.catch((error: unknown) => {
    abilities.delete(gitDir);
    throw error;
  });
}

async function askAbilities(service: GitService, protocol: string): Promise<Uint8Array> {
  const env = { ...service.env, GIT_PROTOCOL: protocol };
  const { stdout } = await execa("git", argumentsOf(service), {
    env,
    extendEnv: false,
    encoding: "buffer",
    stripFinalNewline: false,
  });
  return stdout;
}

function argumentsOf({ service, step, gitDir }: GitService): string[] {
  const how = step === "refs" ? ["--http-backend-info-refs"] : ["--stateless-rpc"];
  return [service, ...how, gitDir];
}

function bodyOf(request: IncomingMessage): NodeJS.ReadableStream {
  const { "content-encoding": encoding } = request.headers;
  return encoding === "gzip" || encoding === "x-gzip" ? request.pipe(createGunzip()) : request;
}

function writeHead({ service, step }: GitService, protocol: string, response: ServerResponse): void {
  const kind = step === "refs" ? "advertisement" : "result";
  response.writeHead(200, {
    "content-type": `application/x-git-${service}-${kind}`,
    "cache-control": "no-cache, max-age=0, must-revalidate",
  });
  if (step === "refs" && !protocol.includes(SECOND)) response.write(announcement(service));
}

/** The first packet of the protocol's first versions names the service. */
function announcement(service: GitAsk["service"]): string {
  const line = `# service=git-${service}\n`;
  return `${(line.length + 4).toString(16).padStart(4, "0")}${line}0000`;
}
