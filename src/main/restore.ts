import { copyFile, link, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { EXIT, Problem } from "../core/problem.ts";
import { connect } from "../database/connect.ts";
import { countOthers, listTables } from "../database/postgres-facts.ts";
import { MIGRATION_NAMES } from "../database/schema-version.ts";
import { closeWriteAheadLog } from "../database/sqlite-copy.ts";
import { FILES, KEY_FILE, type Manifest, readBackup } from "./backup.ts";
import { type Programs, restoreDump } from "./postgres-backup.ts";

export type RestoreOrder = {
  folder: string;
  databaseUrl: string;
  dataDir: string;
  now: Date;
  /** Where Postgres' programs are. */
  path?: string;
};
export type Restored = {
  manifest: Manifest;
  /** Where what was there before lies now. */
  aside: readonly string[];
  /** Migrations of this version that the backup does not have. */
  lacking: readonly string[];
};

/** Puts a backup in the database's place. What was there is put aside, not overwritten; nobody may have it open. */
export async function restore(order: RestoreOrder): Promise<Restored> {
  const { folder, databaseUrl, dataDir, now, path = process.env.PATH ?? "" } = order;
  const manifest = await readBackup(folder, path);
  refuseNewer(folder, manifest);
  refuseOther(folder, manifest, databaseUrl);
  const mark = `.before-${now.toISOString().replace(/[-:.]/g, "")}`;
  const copy = join(folder, FILES[manifest.dialect]);
  const aside = [
    manifest.dialect === "sqlite"
      ? await putFile(copy, databaseUrl.slice("sqlite:".length), mark)
      : await putDump(copy, { folder, manifest, programs: { url: databaseUrl, path } }),
  ];
  if (manifest.key) aside.push(await replaceKey(join(folder, KEY_FILE), join(dataDir, KEY_FILE), mark));
  return {
    manifest,
    aside: aside.filter((path) => path !== null),
    lacking: MIGRATION_NAMES.filter((name) => !manifest.migrations.includes(name)),
  };
}

async function putFile(copy: string, file: string, mark: string): Promise<string | null> {
  if ((await closeWriteAheadLog(file)) === "in use") throw inUse(file);
  return replace(copy, file, mark);
}

type Dumped = { folder: string; manifest: Manifest; programs: Programs };

/** Nothing is kept of what was there: that is what a backup of just before is for. */
async function putDump(copy: string, { folder, manifest, programs }: Dumped): Promise<null> {
  const database = connect(programs.url);
  try {
    if ((await countOthers(database)) > 0) throw inUse(new URL(programs.url).pathname.slice(1));
    refuseLater(folder, manifest, await listTables(database));
  } finally {
    await database.close();
  }
  await restoreDump(programs, copy);
  return null;
}

/**
 * Tables that came with a later version stand in the way of a dump from before it: it would not take the place of those that
 * they refer to, and init-db could not make them again.
 */
function refuseLater(folder: string, { migrations, rows }: Manifest, tables: readonly string[]): void {
  const isOlder = MIGRATION_NAMES.some((name) => !migrations.includes(name));
  const later = isOlder ? tables.filter((name) => !(name in rows)) : [];
  if (later.length === 0) return;
  throw new Problem(
    `The backup ${folder} is older than the database`,
    `it does not know the tables ${later.join(", ")}, which would stay`,
    "Back up what is there, make the database anew and empty (dropdb, createdb), and restore into that",
    EXIT.refused,
  );
}

function refuseOther(folder: string, { dialect }: Manifest, url: string): void {
  if ((dialect === "sqlite") === url.startsWith("sqlite:")) return;
  throw new Problem(
    `The backup ${folder} is of another kind of database`,
    `it was made of ${dialect}`,
    "Point AGENTPR_DATABASE_URL at such a database",
  );
}

/** Whole or not at all: written beside its place, flushed, and moved there. Tells where the old file is now. */
async function replace(from: string, to: string, mark: string): Promise<string | null> {
  const draft = `${to}.restoring`;
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  await rm(draft, { force: true });
  await copyFile(from, draft);
  const handle = await open(draft, "r+");
  try {
    await handle.chmod(0o600);
    await handle.sync();
  } finally {
    await handle.close();
  }
  const kept = await keepAside(to, `${to}${mark}`);
  await rename(draft, to);
  return kept;
}

async function keepAside(file: string, aside: string): Promise<string | null> {
  try {
    await link(file, aside);
    return aside;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** The same key need not be put aside. */
async function replaceKey(from: string, to: string, mark: string): Promise<string | null> {
  const [saved, present] = [await readFile(from), await readFile(to).catch(() => null)];
  return present !== null && saved.equals(present) ? null : replace(from, to, mark);
}

function refuseNewer(folder: string, { migrations }: Manifest): void {
  const unknown = migrations.filter((name) => !(MIGRATION_NAMES as readonly string[]).includes(name));
  if (unknown.length === 0) return;
  throw new Problem(
    `The backup ${folder} was made by a newer version of agentpr`,
    `it has ${unknown.join(", ")}, which this version does not know`,
    "Update agentpr first, or take an older backup",
  );
}

function inUse(file: string): Problem {
  return new Problem(
    `The database ${file} is in use`,
    "a process of agentpr has it open, and would go on with what is replaced",
    "Stop them first: systemctl stop agentpr-app 'agentpr-runner@*'",
    EXIT.refused,
  );
}
