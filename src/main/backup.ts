import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { messageOf, Problem } from "../core/problem.ts";
import type { Database } from "../database/connect.ts";
import { copyInto, examineCopy } from "../database/sqlite-copy.ts";
import { dumpFaults, dumpInto, examineDump } from "./postgres-backup.ts";

const Manifest = z.object({
  made_at: z.iso.datetime(),
  /** Of which database it is. */
  dialect: z.enum(["sqlite", "postgres"]).default("sqlite"),
  migrations: z.array(z.string()),
  rows: z.record(z.string(), z.number().int()),
  sha256: z.string(),
  /** Whether the signing key is in it; there is none before the app's first start. */
  key: z.boolean(),
});
export type Manifest = z.infer<typeof Manifest>;

export const FILES = { sqlite: "agentpr.db", postgres: "agentpr.dump" } as const;
export const KEY_FILE = "app.key";
const MANIFEST_FILE = "backup.json";
const PATH = process.env.PATH ?? "";
const NAME = /^agentpr-\d{8}T\d{9}Z$/;

export type BackupOrder = {
  database: Database;
  dataDir: string;
  /** The folder that holds the backups. */
  to: string;
  /** So many of the newest stay; the others are removed. Null keeps all. */
  keep: number | null;
  now: Date;
  /** Where Postgres' programs are. */
  path?: string;
};
export type Backup = { folder: string; manifest: Manifest; removed: readonly string[] };

/** Copies the database as it is at one moment, with the key that signs what is in it; nobody has to stop for it. */
export async function backUp(order: BackupOrder): Promise<Backup> {
  const { database, dataDir, to, keep, now, path = PATH } = order;
  const name = `agentpr-${now.toISOString().replace(/[-:.]/g, "")}`;
  const [draft, folder] = [join(to, `.${name}.part`), join(to, name)];
  await mkdir(draft, { recursive: true, mode: 0o700 });
  try {
    const file = join(draft, FILES[database.dialect]);
    if (database.dialect === "sqlite") await copyInto(database, file);
    else await dumpInto({ url: database.url, path }, file);
    const key = await copyKey(join(dataDir, KEY_FILE), join(draft, KEY_FILE));
    const manifest = await writeManifest(draft, { database, path, key, now });
    await readBackup(draft, path);
    await rename(draft, folder);
    return { folder, manifest, removed: keep === null ? [] : await removeOlder(to, keep) };
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

async function copyKey(from: string, to: string): Promise<boolean> {
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL);
    await flush(to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

type Written = { database: Database; path: string; key: boolean; now: Date };

async function writeManifest(folder: string, { database, path, key, now }: Written): Promise<Manifest> {
  const { dialect } = database;
  const file = join(folder, FILES[dialect]);
  await flush(file);
  const examined = dialect === "sqlite" ? examineCopy(file) : examineDump({ database, path }, file);
  const { migrations, rows } = await examined;
  const sha256 = await digestOf(file);
  const manifest = { made_at: now.toISOString(), dialect, migrations: [...migrations], rows, sha256, key };
  const handle = await open(join(folder, MANIFEST_FILE), "wx", 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(manifest, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return manifest;
}

/** A backup that is whole, or the reason why it is not to be trusted. */
export async function readBackup(folder: string, path = PATH): Promise<Manifest> {
  const manifest = await readManifest(folder);
  const file = join(folder, FILES[manifest.dialect]);
  if ((await digestOf(file)) !== manifest.sha256)
    throw damaged(folder, "its database is not the one that was written");
  const faults =
    manifest.dialect === "sqlite"
      ? (await examineCopy(file)).faults
      : await dumpFaults(path, file, Object.keys(manifest.rows));
  if (faults.length > 0) throw damaged(folder, faults.slice(0, 3).join("; "));
  return manifest;
}

async function readManifest(folder: string): Promise<Manifest> {
  try {
    return Manifest.parse(JSON.parse(await readFile(join(folder, MANIFEST_FILE), "utf8")));
  } catch (error) {
    throw damaged(folder, `${MANIFEST_FILE} cannot be read: ${messageOf(error)}`);
  }
}

/** Only folders that have a backup's name are ever removed. */
async function removeOlder(to: string, keep: number): Promise<string[]> {
  const older = (await readdir(to))
    .filter((name) => NAME.test(name))
    .toSorted()
    .slice(0, -keep);
  for (const name of older) await rm(join(to, name), { recursive: true, force: true });
  return older;
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  const handle = await open(file);
  for await (const chunk of handle.createReadStream()) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

async function flush(file: string): Promise<void> {
  const handle = await open(file, "r+");
  try {
    await handle.chmod(0o600);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function damaged(folder: string, why: string): Problem {
  return new Problem(`The backup ${folder} cannot be used`, why, "Take another one of the backups");
}
