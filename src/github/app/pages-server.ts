import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Database } from "../../database/connect.ts";
import { healthHandler, type PageHandler, type ReadyCheck } from "./health.ts";
import type { RunningServer } from "./server.ts";
import { cutSlowHeads } from "./slow-heads.ts";

export type PagesOptions = {
  database: Database;
  host: string;
  port: number;
  /** Further pages, asked in this order. */
  pages?: readonly PageHandler[];
  ready?: readonly ReadyCheck[];
  /** A sender whose request head takes longer is cut off. */
  headTimeoutMs?: number;
};

/** The app's pages without its webhooks, for an app that only polls. */
export async function startPagesServer(options: PagesOptions): Promise<RunningServer> {
  const pages = [healthHandler(options.database, options.ready), ...(options.pages ?? [])];
  const server = createServer((request, response) => void answer(pages, request, response));
  if (options.headTimeoutMs !== undefined) cutSlowHeads(server, options.headTimeoutMs);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, resolve);
  });
  return { port: (server.address() as AddressInfo).port, close: () => closed(server) };
}

async function answer(
  pages: readonly PageHandler[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    for (const page of pages) if (await page(request, response)) return;
    end(response, 404);
  } catch {
    end(response, 500); // a page that failed says nothing about itself to whoever asks
  }
}

function end(response: ServerResponse, status: number): void {
  if (!response.headersSent) response.writeHead(status);
  response.end();
}

function closed(server: ReturnType<typeof createServer>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
