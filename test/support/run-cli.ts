import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, jest } from "@jest/globals";
import { execa } from "execa";

export const CLI_MAIN = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));

export type CliEnd = { exitCode: number | undefined; stdout: string; stderr: string };

export type TestCli = {
  /** The data folder of the suite. */
  folder(): string;
  run(args: readonly string[], env?: Record<string, string>): Promise<CliEnd>;
  /** Every file of the data folder with its digest, to show that nothing changed. */
  content(): Promise<Record<string, string>>;
};

/** The command line as a person starts it, in a data folder of its own and with nothing of this machine's settings. */
export function testCli(): TestCli {
  // Starting Node and stripping types takes its time on a busy machine.
  jest.setTimeout(60_000);
  let folder = "";
  let home = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "agentpr-data-"));
    home = await mkdtemp(join(tmpdir(), "agentpr-home-"));
    await writeFile(join(home, "empty.env"), "");
  });
  afterAll(() => Promise.all([folder, home].map((path) => rm(path, { recursive: true, force: true }))));
  return {
    folder: () => folder,
    run: async (args, env = {}) => {
      const chosen = args.includes("--settings-file") ? [] : ["--settings-file", join(home, "empty.env")];
      const { exitCode, stdout, stderr } = await execa(process.execPath, [CLI_MAIN, ...chosen, ...args], {
        env: { PATH: process.env.PATH ?? "", HOME: home, AGENTPR_DATA_DIR: folder, ...env },
        extendEnv: false,
        reject: false,
        timeout: 30_000,
      });
      return { exitCode, stdout, stderr };
    },
    content: () => contentOf(folder),
  };
}

async function contentOf(folder: string): Promise<Record<string, string>> {
  const files = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile());
  const names = files.map(({ name }) => name).filter((name) => !name.endsWith("-shm"));
  const entries = names.map(async (name) => [name, digest(await readFile(join(folder, name)))] as const);
  return Object.fromEntries(await Promise.all(entries));
}

function digest(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
