// The command line in this process, on the stand of `receive-stand.ts`: the local GitHub, a real database and its runs, no worker.
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cliHere } from "./cli-here.ts";
import { type ReceiveStand, raiseReceiveStand } from "./receive-stand.ts";
import type { CliEnd } from "./run-cli.ts";

export type CliStand = ReceiveStand & {
  dir: string;
  env: Readonly<Record<string, string>>;
  /** Runs a line, as its words. */
  line(words: readonly string[], more?: Record<string, string>): Promise<CliEnd>;
};

export async function raiseCliStand(): Promise<CliStand> {
  const stand = await raiseReceiveStand();
  const { github, world, database } = stand;
  const dir = await mkdtemp(join(tmpdir(), "agentpr-line-"));
  const [key, settings] = [join(dir, "app.key"), join(dir, "empty.env")];
  await writeFile(key, world.key?.secret ?? "", { mode: 0o600 });
  await writeFile(settings, "");
  await chmod(settings, 0o600);
  const env = {
    ...{ PATH: process.env.PATH ?? "", HOME: dir, LANG: "C.UTF-8", LOG_LEVEL: "error" },
    ...{ AGENTPR_DATA_DIR: dir, AGENTPR_DATABASE_URL: database.url, AGENTPR_ALLOW_UNBOXED: "1" },
    ...{ APP_ID: String(github.app.id), PRIVATE_KEY: github.app.privateKey },
    ...{ WEBHOOK_SECRET: github.app.webhookSecret, AGENTPR_BASE_DIR: join(dir, "workspaces") },
    ...{ AGENTPR_GITHUB_API_URL: github.apiUrl, AGENTPR_GITHUB_URL: github.url },
    // Nothing outside is reached through this, and nobody is asked with these.
    ...{ HTTPS_PROXY: "http://127.0.0.1:9", HTTP_PROXY: "http://127.0.0.1:9" },
    ...{ OPENAI_API_KEY: "sk-unused-unused", OPENAI_BASE_URL: "http://127.0.0.1:9/v1" },
    ...{ AGENTPR_MANAGER_API_KEY: "sk-unused-unused", AGENTPR_MANAGER_API_BASE: "http://127.0.0.1:9/v1" },
  };
  return {
    ...stand,
    dir,
    env,
    line: (words, more = {}) => cliHere(["--settings-file", settings, ...words], { ...env, ...more }),
    stop: async () => {
      await stand.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
