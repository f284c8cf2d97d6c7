import { execa } from "execa";
import { Problem } from "../core/problem.ts";
import type { Database } from "../database/connect.ts";
import { readFacts } from "../database/postgres-facts.ts";
import type { CopyFacts } from "../database/sqlite-copy.ts";

/** Postgres' own programs, found on this path. */
export type Programs = { url: string; path: string };

/** Writes everything as it is at one moment, while others go on reading and writing. */
export async function dumpInto({ url, path }: Programs, file: string): Promise<void> {
  const args = ["--format=custom", "--no-password", "--lock-wait-timeout=60000", `--file=${file}`];
  await run("pg_dump", args, { path, env: placeOf(url) });
}

/** What the database says of itself, and what is wrong with the file that was made of it. */
export async function examineDump(
  { database, path }: { database: Database; path: string },
  file: string,
): Promise<CopyFacts> {
  const facts = await readFacts(database);
  return { ...facts, faults: await dumpFaults(path, file, Object.keys(facts.rows)) };
}

/** A dump that can be listed to its end and holds the rows of every table is whole. */
export async function dumpFaults(path: string, file: string, tables: readonly string[]): Promise<string[]> {
  const list = await run("pg_restore", ["--list", file], { path, env: {} });
  return tables
    .filter((table) => !list.includes(` TABLE DATA public ${table} `))
    .map((table) => `${table} is not in it`);
}

/** All or nothing: what is there is replaced in one transaction. */
export async function restoreDump({ url, path }: Programs, file: string): Promise<void> {
  const env = placeOf(url);
  const args = ["--clean", "--if-exists", "--single-transaction", "--no-owner", "--no-password"];
  await run("pg_restore", [...args, `--dbname=${env.PGDATABASE}`, file], { path, env });
}

type Place = Readonly<Record<string, string>>;

/** As the programs read it from their environment: an argument could be seen by everybody on the machine. */
function placeOf(url: string): Place & { PGDATABASE: string } {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const given = {
    PGHOST: searchParams.get("host") ?? decodeURIComponent(hostname),
    PGPORT: port,
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGSSLMODE: searchParams.get("sslmode") ?? "",
  };
  const set = Object.entries(given).filter(([, value]) => value !== "");
  return { ...Object.fromEntries(set), PGDATABASE: decodeURIComponent(pathname.slice(1)) };
}

const LONGEST_MS = 6 * 60 * 60_000;

async function run(
  program: "pg_dump" | "pg_restore",
  args: readonly string[],
  { path, env }: { path: string; env: Place },
): Promise<string> {
  const result = await execa(program, args, {
    ...{ env: { ...env, PATH: path, LC_ALL: "C" }, extendEnv: false, reject: false, stdin: "ignore" },
    ...{ timeout: LONGEST_MS, maxBuffer: 10_000_000 },
  } as const);
  if (result.code === "ENOENT") throw lacking(program);
  if (result.failed) throw failed(program, result.stderr || (result.shortMessage ?? ""));
  return result.stdout;
}

function lacking(program: string): Problem {
  return new Problem(
    `${program} is not on this machine`,
    "a backup of Postgres is made and put back by Postgres' own programs",
    "Install the client programs of PostgreSQL, at least as new as the server (Debian: postgresql-client), or run them elsewhere: docs/operating.md",
  );
}

function failed(program: string, said: string): Problem {
  const why = said.trim().split("\n").slice(0, 3).join("; ").slice(0, 1_000);
  const remedy = /version mismatch|unsupported version/.test(said)
    ? `Install a ${program} that is at least as new as the server`
    : "See what it says; nothing was changed";
  return new Problem(`${program} failed`, why, remedy);
}
