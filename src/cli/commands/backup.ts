import { join, resolve } from "node:path";
import type { Command } from "commander";
import { EXIT, Problem } from "../../core/problem.ts";
import { optionsOf } from "../program.ts";
import { whole } from "../whole-number.ts";

type Backing = { to?: string; keep?: number };

export function defineBackup(command: Command): void {
  command
    .option("--to <folder>", "where backups lie; without it, backups in the data folder")
    .option("--keep <number>", "remove all but so many of the newest", whole(1, 10_000))
    .action(() => makeBackup(command));
}

async function makeBackup(command: Command): Promise<void> {
  const { to, keep, ...options } = optionsOf<Backing>(command);
  const { loadAppSettings } = await import("../../config/settings.ts");
  const { settingsSource } = await import("../sources.ts");
  const { openDatabase } = await import("../open-database.ts");
  const { backUp } = await import("../../main/backup.ts");
  const { printReply } = await import("../perform-command.ts");
  const { databaseUrl, dataDir } = loadAppSettings(settingsSource(options));
  const database = await openDatabase(databaseUrl, { patient: true });
  const order = { database, dataDir, to: resolve(to ?? join(dataDir, "backups")), keep: keep ?? null };
  try {
    const { folder, manifest, removed } = await backUp({ ...order, now: new Date() });
    const text = `${folder} is written and checked: ${manifest.rows.runs ?? 0} runs.`;
    await printReply(command, { ok: true, text, data: { folder, ...manifest, removed } });
  } finally {
    await database.close();
  }
}

export function defineRestore(command: Command): void {
  command
    .argument("<folder>", "a folder that agentpr backup wrote")
    .option("--confirm", "it is meant")
    .action((folder: string) => putBack(command, resolve(folder)));
}

async function putBack(command: Command, folder: string): Promise<void> {
  const { confirm = false, ...options } = optionsOf<{ confirm?: boolean }>(command);
  const { loadAppSettings } = await import("../../config/settings.ts");
  const { settingsSource } = await import("../sources.ts");
  const { restore } = await import("../../main/restore.ts");
  const { printReply } = await import("../perform-command.ts");
  const { databaseUrl, dataDir } = loadAppSettings(settingsSource(options));
  if (!confirm) throw notMeant(folder);
  const restored = await restore({ folder, databaseUrl, dataDir, now: new Date() });
  const { manifest, aside, lacking } = restored;
  const text = [
    `The database is as it was at ${manifest.made_at}.`,
    ...(lacking.length === 0 ? [] : ["It lacks tables of this version. Run: agentpr init-db"]),
  ].join(" ");
  const facts = aside.map((path) => ["kept", path] as const);
  await printReply(command, { ok: true, text, facts, data: { folder, aside, lacking } });
}

function notMeant(folder: string): Problem {
  return new Problem(
    "Nothing was restored",
    `the database would go back to ${folder}`,
    "Stop app and runners, then add --confirm",
    EXIT.usage,
  );
}
