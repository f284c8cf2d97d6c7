// Postgres for tests: a server, on it one migrated database, and copies of that.
import { randomUUID } from "node:crypto";
import { type EmbeddedServer, startEmbeddedPostgres } from "../../demo/postgres.ts";
import { connect, type Database } from "../../src/database/connect.ts";
import { migrate } from "../../src/database/migrations.ts";

const TEMPLATE = "migrated";

/** The address of its first database, where others are made from. */
export type ServerUrl = { admin: string };
export type OwnServer = ServerUrl & Pick<EmbeddedServer, "restart" | "stop">;

/** Nothing is flushed, because no test cuts the machine's power; the processes of several suites may be connected at once. */
const SETTINGS = { fsync: "off", full_page_writes: "off", max_connections: "400" };

export async function startTestPostgres(folder: string): Promise<OwnServer> {
  const server = await startEmbeddedPostgres(folder, SETTINGS);
  const admin = await server.createDatabase("admin");
  await inDatabase(admin, ({ knex }) => knex.raw(`create database ${TEMPLATE}`));
  await inDatabase(named(admin, TEMPLATE), migrate);
  return { admin, restart: server.restart, stop: server.stop };
}

/** A new database: with all its tables, or without any. */
export async function addDatabase({ admin }: ServerUrl, kind: "migrated" | "empty"): Promise<string> {
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await inDatabase(admin, ({ knex }) => created(knex, name, kind === "migrated" ? TEMPLATE : "template1"));
  return named(admin, name);
}

export async function dropDatabases({ admin }: ServerUrl, urls: readonly string[]): Promise<void> {
  await inDatabase(admin, async ({ knex }) => {
    for (const url of urls) await knex.raw(`drop database ${new URL(url).pathname.slice(1)} with (force)`);
  });
}

export async function inDatabase(
  url: string,
  work: (database: Database) => PromiseLike<unknown>,
): Promise<void> {
  const database = connect(url, { patient: true });
  try {
    await work(database);
  } finally {
    await database.close();
  }
}

/** Postgres refuses to copy a database while a session of it is still on its way out. */
async function created(knex: Database["knex"], name: string, template: string, tries = 5): Promise<void> {
  try {
    await knex.raw(`create database ${name} template ${template}`);
  } catch (error) {
    if (tries === 1 || !/being accessed/.test(String(error))) throw error;
    await created(knex, name, template, tries - 1);
  }
}

function named(url: string, name: string): string {
  return Object.assign(new URL(url), { pathname: name }).href;
}
