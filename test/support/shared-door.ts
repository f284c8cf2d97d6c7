// What is too dear for every suite to have its own of: it lives in the process that starts the suites', is made when the
// first of them asks, and answers whoever knocks at its door.
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { z } from "zod";
import type { Exchange } from "../../demo/github/http/exchange.ts";
import { createOpenApi, type OpenApi } from "./openapi.ts";
import { type OwnServer, type ServerUrl, startTestPostgres } from "./postgres.ts";

const DOOR = "AGENTPR_TEST_DOOR";
const Postgres = z.object({ admin: z.string() });
const Problems = z.array(z.string());
const Seen = z.object({
  exchanges: z.array(z.custom<Exchange>()),
  hooks: z.array(z.object({ event: z.string(), payload: z.unknown() })),
});
export type Seen = z.infer<typeof Seen>;

type Shared = { folder: string; door: Server; postgres: Promise<OwnServer> | null; openapi: OpenApi | null };
let shared: Shared | null = null;

/** The run's Postgres as a suite sees it; null where a suite runs without Jest's global setup. */
export async function sharedPostgres(): Promise<ServerUrl | null> {
  const answer = await knock("postgres");
  return answer === null ? null : Postgres.parse(answer);
}

/** What of the seen strays from GitHub's published description. */
export async function strayed(seen: Seen): Promise<string[]> {
  const answer = await knock("openapi", seen);
  return answer === null ? problemsOf(createOpenApi(), seen) : Problems.parse(answer);
}

async function knock(what: string, body?: unknown): Promise<unknown> {
  const door = process.env[DOOR];
  if (door === undefined) return null;
  const response = await fetch(`${door}/${what}`, { method: "POST", body: JSON.stringify(body ?? null) });
  const text = await response.text();
  if (!response.ok) throw new Error(`the shared ${what} does not answer: ${text}`);
  return JSON.parse(text);
}

/** Jest's global setup, in the process that starts the suites'. */
async function openDoor(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "agentpr-run-"));
  const door = createServer((request, response) => {
    answerTo(request).then(
      (answer) => response.end(JSON.stringify(answer)),
      (error: Error) => response.writeHead(500).end(String(error.message)),
    );
  });
  await new Promise<void>((resolve) => door.listen(0, "127.0.0.1", resolve));
  shared = { folder, door, postgres: null, openapi: null };
  process.env[DOOR] = `http://127.0.0.1:${(door.address() as AddressInfo).port}`;
}

async function answerTo(request: IncomingMessage): Promise<unknown> {
  if (shared === null) throw new Error("the door is closed");
  const body = await json(request);
  if (request.url === "/postgres") {
    shared.postgres ??= startTestPostgres(join(shared.folder, "postgres"));
    return { admin: (await shared.postgres).admin };
  }
  shared.openapi ??= createOpenApi();
  return problemsOf(shared.openapi, Seen.parse(body));
}

function problemsOf(openapi: OpenApi, { exchanges, hooks }: Seen): string[] {
  return [
    ...exchanges.flatMap((exchange) => openapi.problemsOf(exchange)),
    ...hooks.flatMap(({ event, payload }) => openapi.problemsOfWebhook(event, payload)),
  ];
}

/** Jest's global teardown. */
export async function closeDoor(): Promise<void> {
  if (shared === null) return;
  const { folder, door, postgres } = shared;
  shared = null;
  door.close();
  door.closeAllConnections();
  await (await postgres)?.stop();
  await rm(folder, { recursive: true, force: true });
}

// biome-ignore lint/style/noDefaultExport: Jest takes a file's default export for its global setup.
export { openDoor as default };
