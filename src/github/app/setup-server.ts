import type { Logger } from "pino";
import { type Options, run } from "probot";
import { SmeeClient } from "smee-client";
import type { RunningServer } from "./server.ts";

export type SetupOptions = {
  port: number;
  host: string;
  log: Logger;
  /** Keeps the new app's credentials; Probot's own way is to add them to .env. */
  saveEnv?: (env: NodeJS.ProcessEnv) => NodeJS.ProcessEnv;
  /** Where a channel for webhooks comes from while this machine has no public address. */
  smee?: { createChannel(): Promise<string | undefined> };
};

/** Probot's pages to make the GitHub App from app.yml and store its credentials; for when there are none yet. */
export async function startSetupServer(options: SetupOptions): Promise<RunningServer> {
  const server = await run(() => undefined, {
    env: { HOST: options.host, PORT: String(options.port) },
    log: options.log satisfies NonNullable<Options["log"]>,
    SmeeClient: options.smee ?? SmeeClient,
    ...(options.saveEnv === undefined ? {} : { updateEnv: options.saveEnv }),
  });
  return { port: server.port, close: () => server.stop() };
}
