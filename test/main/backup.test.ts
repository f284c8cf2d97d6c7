import { existsSync } from "node:fs";
import { mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { connect, type Database } from "../../src/database/connect.ts";
import { migrate } from "../../src/database/migrations.ts";
import { insertNotice, listNotices } from "../../src/database/notices.ts";
import { backUp, readBackup } from "../../src/main/backup.ts";
import { restore } from "../../src/main/restore.ts";
import { testDatabases } from "../support/databases.ts";

const databases = testDatabases();
let root = "";
let count = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "agentpr-backup-test-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

type Place = { dataDir: string; url: string; to: string };

async function place(): Promise<Place> {
  count += 1;
  const dataDir = join(root, String(count));
  await mkdir(dataDir);
  const url = `sqlite:${join(dataDir, "agentpr.db")}`;
  await during(url, (database) => migrate(database));
  await writeFile(join(dataDir, "app.key"), `key ${count}`, { mode: 0o600 });
  return { dataDir, url, to: join(dataDir, "backups") };
}

async function during<T>(url: string, work: (database: Database) => Promise<T>): Promise<T> {
  const database = connect(url);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

function say(database: Database, cause: string) {
  return insertNotice(database, database.knex, { runId: null, priority: "low", text: "x", cause });
}

function causes(url: string): Promise<string[]> {
  return during(url, async ({ knex }) =>
    (await listNotices(knex, null)).map(({ cause }) => cause).toSorted(),
  );
}

function at(minute: number): Date {
  return new Date(Date.UTC(2026, 0, 1, 0, minute));
}

function copy({ dataDir, url, to }: Place, { minute = 0, keep = null as number | null } = {}) {
  return during(url, (database) => backUp({ database, dataDir, to, keep, now: at(minute) }));
}

test("a backup is whole while another process writes, and holds every write that had ended before", async () => {
  const here = await place();
  const writer = databases.connect(here.url);
  for (let number = 0; number < 20; number += 1) await say(writer, `before ${number}`);
  let writing = true;
  const busy = (async () => {
    for (let number = 0; writing; number += 1) await say(writer, `during ${number}`);
  })();

  const { folder, manifest } = await copy(here);
  writing = false;
  await busy;

  expect(await readBackup(folder)).toEqual(manifest);
  expect(manifest.rows.notices).toBeGreaterThanOrEqual(20);
  expect(await readFile(join(folder, "app.key"), "utf8")).toBe(`key ${count}`);
  expect((await stat(join(folder, "agentpr.db"))).mode & 0o077).toBe(0);
  expect((await readdir(here.to)).filter((name) => name.endsWith(".part"))).toEqual([]);
});

test("only so many of the newest backups stay, and nothing else is removed", async () => {
  const here = await place();
  await mkdir(here.to, { recursive: true });
  await writeFile(join(here.to, "mine.txt"), "");

  for (const minute of [0, 1, 2]) await copy(here, { minute, keep: 2 });

  expect((await readdir(here.to)).toSorted()).toEqual([
    "agentpr-20260101T000100000Z",
    "agentpr-20260101T000200000Z",
    "mine.txt",
  ]);
});

test("what is restored is what was there, and what was there since is put aside", async () => {
  const here = await place();
  await during(here.url, (database) => say(database, "kept"));
  const { folder } = await copy(here);
  await during(here.url, (database) => say(database, "later"));
  await writeFile(join(here.dataDir, "app.key"), "another key");

  const { aside, lacking } = await restore({
    folder,
    databaseUrl: here.url,
    dataDir: here.dataDir,
    now: at(5),
  });

  expect(await causes(here.url)).toEqual(["kept"]);
  expect(await readFile(join(here.dataDir, "app.key"), "utf8")).toBe(`key ${count}`);
  expect(lacking).toEqual([]);
  expect(aside).toHaveLength(2);
  expect(await causes(`sqlite:${aside[0]}`)).toEqual(["kept", "later"]);
});

test("a database that somebody has open is not replaced", async () => {
  const here = await place();
  const { folder } = await copy(here);
  const process = databases.connect(here.url);
  await say(process, "under way");

  await expect(
    restore({ folder, databaseUrl: here.url, dataDir: here.dataDir, now: at(5) }),
  ).rejects.toMatchObject({ message: expect.stringContaining("is in use") });

  await say(process, "goes on");
  expect(await causes(here.url)).toEqual(["goes on", "under way"]);
});

test("a damaged backup is refused before anything is touched", async () => {
  const here = await place();
  const { folder } = await copy(here);
  const handle = await open(join(folder, "agentpr.db"), "r+");
  await handle.write(Buffer.from("damage"), 0, 6, 5_000);
  await handle.close();

  await expect(
    restore({ folder, databaseUrl: here.url, dataDir: here.dataDir, now: at(5) }),
  ).rejects.toMatchObject({ why: "its database is not the one that was written" });

  expect(existsSync(join(here.dataDir, "agentpr.db"))).toBe(true);
  expect(await causes(here.url)).toEqual([]);
});

test("Postgres is left to its own tools, with the command", async () => {
  const database = await databases.open("postgres");
  const order = { database, dataDir: root, to: join(root, "never"), keep: null, now: at(0) };

  await expect(backUp(order)).rejects.toMatchObject({ remedy: expect.stringContaining("pg_dump") });
});
