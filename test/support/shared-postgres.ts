// One Postgres for all suites of a run of Jest: it is started when the first suite asks, and stopped after the last one.
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { type OwnServer, type ServerUrl, startTestPostgres } from "./postgres.ts";

const DOOR = "AGENTPR_TEST_POSTGRES";
const Answer = z.object({ admin: z.string() });

type Shared = { folder: string; door: Server; postgres: Promise<OwnServer> | null };
let shared: Shared | null = null;

/** The run's Postgres as a suite sees it; null where a suite runs without Jest's global setup. */
export async function sharedPostgres(): Promise<ServerUrl | null> {
  const door = process.env[DOOR];
  if (door === undefined) return null;
  const response = await fetch(door);
  const text = await response.text();
  if (!response.ok) throw new Error(`the shared Postgres did not start: ${text}`);
  return Answer.parse(JSON.parse(text));
}

/** Jest's global setup, in the process that starts the suites'. */
async function openDoor(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "agentpr-run-"));
  const door = createServer((_request, response) => {
    started(folder).then(
      ({ admin }) => response.end(JSON.stringify({ admin })),
      (error: Error) => response.writeHead(500).end(String(error.message)),
    );
  });
  await new Promise<void>((resolve) => door.listen(0, "127.0.0.1", resolve));
  shared = { folder, door, postgres: null };
  process.env[DOOR] = `http://127.0.0.1:${(door.address() as AddressInfo).port}`;
}

function started(folder: string): Promise<OwnServer> {
  if (shared === null) throw new Error("the door is closed");
  shared.postgres ??= startTestPostgres(join(folder, "postgres"));
  return shared.postgres;
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
