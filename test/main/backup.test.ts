import { existsSync } from "node:fs";
import { mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { connect, type Database } from "../../src/database/connect.ts";
import { migrate } from "../../src/database/migrations.ts";
import { insertNotice, listNotices } from "../../src/database/notices.ts";
import { readFacts } from "../../src/database/postgres-facts.ts";
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

type Programs = { path: string; calls(): Promise<string> };

/** Stand-ins for Postgres' own programs, which need not be on every machine: they write down how they were called. */
async function programs(listed: readonly string[], dump = 'printf dumped > "$file"'): Promise<Programs> {
  const folder = await mkdtemp(join(root, "programs-"));
  const calls = join(folder, "calls");
  const begin = [
    ...["#!/bin/sh", `for a; do case $a in --file=*) file=\${a#--file=};; esac; done`],
    `echo "\${0##*/} $* | $PGPASSWORD | $PGUSER $PGDATABASE" >> ${calls}`,
  ];
  const list = listed.map((table) => `echo "1; 0 1 TABLE DATA public ${table} agentpr"`);
  const scripts = { pg_dump: [...begin, dump], pg_restore: [...begin, ...list] };
  for (const [name, lines] of Object.entries(scripts))
    await writeFile(join(folder, name), `${lines.join("\n")}\n`, { mode: 0o755 });
  return { path: `${folder}:/usr/bin:/bin`, calls: () => readFile(calls, "utf8") };
}

const TABLES = ["runs", "jobs"];

/** A Postgres with a little in it, and a folder for its backups. */
async function postgresPlace() {
  count += 1;
  const dataDir = join(root, String(count));
  await mkdir(dataDir);
  await writeFile(join(dataDir, "app.key"), `key ${count}`, { mode: 0o600 });
  const url = await databases.fresh("postgres");
  const tables = await during(url, async (database) => Object.keys((await readFacts(database)).rows));
  return { dataDir, url, to: join(dataDir, "backups"), tables };
}

test("a backup of Postgres is made by its own programs, checked, and its password is no argument", async () => {
  const here = await postgresPlace();
  const { path, calls } = await programs(here.tables);

  const { folder, manifest } = await during(here.url, (database) =>
    backUp({ ...here, database, keep: null, now: at(0), path }),
  );
  await restore({ folder, databaseUrl: here.url, dataDir: here.dataDir, now: at(1), path });

  expect(here.tables).toEqual(expect.arrayContaining(TABLES));
  expect(manifest).toMatchObject({ dialect: "postgres", key: true, rows: { runs: 0 } });
  expect((await stat(join(folder, "agentpr.dump"))).mode & 0o077).toBe(0);
  const name = new URL(here.url).pathname.slice(1);
  const told = (await calls()).trim().split("\n");
  const [dumped, put] = [told[0] ?? "", told.at(-1) ?? ""];
  expect(dumped).toMatch(/^pg_dump --format=custom --no-password .*agentpr\.dump \| agentpr \| agentpr /);
  expect(put).toMatch(
    /^pg_restore --clean --if-exists --single-transaction .*agentpr\.dump \| agentpr \| agentpr /,
  );
  expect(told.filter((line) => line.startsWith("pg_restore --list")).length).toBeGreaterThan(1);
  expect(put).toContain(`--dbname=${name} `);
  expect(told.map((line) => line.split(" | ")[0]).join(" ")).not.toMatch(/postgres:|:agentpr@/);
});

test.each([
  [
    "fails",
    'echo "aborting because of server version mismatch" >&2; exit 1',
    "at least as new as the server",
  ],
  ["is not there", null, "Install the client programs"],
])("a pg_dump that %s is a clear error and leaves nothing behind", async (_what, dump, remedy) => {
  const here = await postgresPlace();
  const path = dump === null ? root : (await programs(here.tables, dump)).path;

  await expect(
    during(here.url, (database) => backUp({ ...here, database, keep: null, now: at(0), path })),
  ).rejects.toMatchObject({ remedy: expect.stringContaining(remedy) });

  expect(await readdir(here.to)).toEqual([]);
});

test("a dump that lacks a table is no backup", async () => {
  const here = await postgresPlace();
  const { path } = await programs(here.tables.filter((table) => table !== "runs"));

  await expect(
    during(here.url, (database) => backUp({ ...here, database, keep: null, now: at(0), path })),
  ).rejects.toMatchObject({ why: "runs is not in it" });
});

test("a Postgres that somebody works on is not replaced, nor is a database of the other kind", async () => {
  const here = await postgresPlace();
  const { path } = await programs(here.tables);
  const { folder } = await during(here.url, (database) =>
    backUp({ ...here, database, keep: null, now: at(0), path }),
  );
  const order = { folder, dataDir: here.dataDir, now: at(1), path };
  await say(databases.connect(here.url), "under way");

  await expect(restore({ ...order, databaseUrl: here.url })).rejects.toMatchObject({
    message: expect.stringContaining("is in use"),
  });
  const other = restore({ ...order, databaseUrl: `sqlite:${here.dataDir}/agentpr.db` });
  await expect(other).rejects.toMatchObject({ why: "it was made of postgres" });
});

test("a dump of an older version is not put into a database that has later tables", async () => {
  const here = await postgresPlace();
  const { path } = await programs(here.tables);
  await during(here.url, ({ knex }) => knex.schema.dropTable("web_links"));
  await during(here.url, ({ knex }) => knex("migrations").where({ name: "0017_web" }).del());
  const { folder } = await during(here.url, (database) =>
    backUp({ ...here, database, keep: null, now: at(0), path }),
  );
  await during(here.url, ({ knex }) => knex.schema.createTable("web_links", (t) => void t.text("id")));

  const order = { folder, databaseUrl: here.url, dataDir: here.dataDir, now: at(1), path };
  await expect(restore(order)).rejects.toMatchObject({ why: expect.stringContaining("web_links") });
  await during(here.url, ({ knex }) => knex.schema.dropTable("web_links"));
  await expect(restore(order)).resolves.toMatchObject({ lacking: ["0017_web"] });
});
