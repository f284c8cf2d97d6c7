import { createHmac, createSign } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import {
  type LocalGitHub,
  type LocalGitHubOptions,
  startLocalGitHub,
} from "../../demo/github/start-local-github.ts";
import { type Seen, strayed } from "./shared-door.ts";

export type Answer = { status: number; body: unknown; headers: Headers; text: string };
export type Call = (line: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;
export type Hook = { event: string; guid: string; payload: Record<string, unknown>; signed: boolean };

export type CheckedGitHub = {
  github: LocalGitHub;
  dir: string;
  /** Speaks to the REST API: `as(token)("POST /user/…", body)`; without a token anonymously. */
  as: (token?: string) => Call;
  /** A signed app token; claims may be spoilt. */
  jwt: (claims?: Record<string, unknown>) => string;
  installationToken: (installationId: number, narrowed?: object) => Promise<string>;
  hooks: Hook[];
  /** How the receiver answers webhooks from now on. */
  answerHooksWith: (status: number) => void;
  hook: (event: string, fits?: (payload: Record<string, unknown>) => boolean) => Promise<Hook>;
  /** Everything that strayed from GitHub's published description; known once it has stopped. */
  problems: string[];
  stop: () => Promise<void>;
};

const PATIENCE_MS = 40_000;

/** A local GitHub of which every exchange and webhook is checked against GitHub's description. */
export async function startCheckedGitHub(options: Partial<LocalGitHubOptions> = {}): Promise<CheckedGitHub> {
  const problems: string[] = [];
  const exchanges: Seen["exchanges"] = [];
  const dir = await mkdtemp(join(tmpdir(), "local-github-"));
  const observe: LocalGitHubOptions["observe"] = (exchange) => exchanges.push(structuredClone(exchange));
  const github = await startLocalGitHub({ dir, observe, ...options });
  const receiver = await startReceiver(github.app.webhookSecret);
  github.deliverTo(receiver.url);
  const jwt = (claims: Record<string, unknown> = {}) => signedJwt(github, claims);
  const as = (token?: string) => callerOf(github, token);
  async function stop(): Promise<void> {
    await github.stop();
    await receiver.stop();
    await rm(dir, { recursive: true, force: true });
    problems.push(...(await strayed({ exchanges, hooks: receiver.hooks })));
  }
  return {
    github,
    dir,
    as,
    jwt,
    problems,
    stop,
    hooks: receiver.hooks,
    answerHooksWith: receiver.answerWith,
    hook: (event, fits = () => true) =>
      until(() => receiver.hooks.find((hook) => hook.event === event && fits(hook.payload)), event),
    installationToken: async (id, narrowed = {}) => {
      const answer = await as(jwt())(`POST /app/installations/${id}/access_tokens`, narrowed);
      if (answer.status !== 201) throw new Error(`no token: ${answer.text}`);
      return String(valueAt(answer.body, "token"));
    },
  };
}

/** Asks until there is an answer other than undefined, false or null; bounded. */
export async function until<T>(
  look: () => T | undefined | null | false | Promise<T | undefined | null | false>,
  what: string,
): Promise<T> {
  for (const started = performance.now(); performance.now() - started < PATIENCE_MS; await wait(10)) {
    const seen = await look();
    if (seen !== undefined && seen !== null && seen !== false) return seen;
  }
  throw new Error(`waited in vain for ${what}`);
}

/** The value at a dotted path of some JSON. */
export function valueAt(json: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], json);
}

function callerOf(github: LocalGitHub, token: string | undefined): Call {
  return async (line, body, headers = {}) => {
    const [method = "GET", path = "/"] = line.split(" ");
    const response = await fetch(path.startsWith("http") ? path : `${github.apiUrl}${path}`, {
      method,
      redirect: "manual",
      headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = (response.headers.get("content-type") ?? "").includes("json");
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: json ? (JSON.parse(text) as unknown) : undefined,
    };
  };
}

function signedJwt(github: LocalGitHub, claims: Record<string, unknown>): string {
  const now = Math.floor(Date.now() / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const { key = github.app.privateKey, ...rest } = claims;
  const unsigned = `${part({ alg: "RS256", typ: "JWT" })}.${part({ iat: now - 30, exp: now + 500, iss: github.app.id, ...rest })}`;
  return `${unsigned}.${createSign("RSA-SHA256").update(unsigned).sign(String(key), "base64url")}`;
}

async function startReceiver(secret: string) {
  const hooks: Hook[] = [];
  let status = 200;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString("utf8");
    const header = (name: string) => String(request.headers[name]);
    const signed =
      header("x-hub-signature-256") === `sha256=${createHmac("sha256", secret).update(text).digest("hex")}`;
    const payload = JSON.parse(text) as Record<string, unknown>;
    hooks.push({ event: header("x-github-event"), guid: header("x-github-delivery"), payload, signed });
    response.writeHead(status).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    hooks,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    answerWith: (code: number) => {
      status = code;
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
