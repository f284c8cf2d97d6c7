import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { readCalls } from "../src/database/api-calls.ts";
import type { Database } from "../src/database/connect.ts";
import { repoPath } from "./scenarios/steps.ts";
import type { Stage } from "./stage.ts";

const run = promisify(execFile);
const MOST_BYTES = 256 * 1024 * 1024;

/** Branches that the engine made, read from the bare repository. */
export async function countBranches({ repository }: Stage): Promise<number> {
  const { stdout } = await run("git", [
    "--git-dir",
    repository.gitDir,
    "for-each-ref",
    "--format=%(refname)",
    "refs/heads/agentpr/",
  ]);
  return stdout.split("\n").filter((line) => line !== "").length;
}

export async function countPulls(stage: Stage): Promise<number> {
  return (await stage.people.ada.get<unknown[]>(`${repoPath(stage)}/pulls?state=all&per_page=100`)).length;
}

export async function countStickies(stage: Stage, issue: number): Promise<number> {
  const comments = await stage.people.ada.get<{ body: string }[]>(
    `${repoPath(stage)}/issues/${issue}/comments?per_page=100`,
  );
  return comments.filter(({ body }) => body.includes("agentpr:sticky")).length;
}

/** What the app asked of GitHub, by kind, as GitHub saw it; people's own calls are not counted. */
export function countCalls({ github }: Stage) {
  const own = github.calls().filter(({ actor }) => actor === "app" || actor === "installation");
  const of = (category: string) => own.filter((call) => call.category === category);
  const [changed, unchanged] = [of("read"), of("read").filter(({ status }) => status === 304)];
  return {
    creations: of("creation").length,
    edits: of("edit").length,
    reads: changed.length - unchanged.length,
    unchanged: unchanged.length,
    mints: of("mint").length,
  };
}

/** How often and for how long in all our own throttle kept requests back; only the app itself knows. */
export async function countWaits({ database }: Stage) {
  const { waits, waitedMs } = await readCalls(database.knex, "all");
  return { count: waits, ms: waitedMs };
}

/** Processes of this demo that are still there though everything has been stopped. */
export async function findOrphans({ dir }: Stage): Promise<string[]> {
  const own = await ancestors(process.pid);
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name) && !own.has(Number(name)));
  const found = await Promise.all(pids.map((pid) => commandIn(pid, dir)));
  return found.filter((command) => command !== null && !/postgres/.test(command)) as string[];
}

/** This process and those that started it: they may name the folder because they asked for it. */
async function ancestors(pid: number): Promise<Set<number>> {
  const chain = new Set<number>();
  for (let next = pid; next > 1 && !chain.has(next); ) {
    chain.add(next);
    const status = await readFile(`/proc/${next}/status`, "utf8").catch(() => "");
    next = Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  }
  return chain;
}

/** A process's command line, if it or its environment names the demo's folder. */
async function commandIn(pid: string, dir: string): Promise<string | null> {
  const [command = "", environment = ""] = await Promise.all(
    ["cmdline", "environ"].map((name) => readFile(`/proc/${pid}/${name}`, "utf8").catch(() => "")),
  );
  return command.includes(dir) || environment.includes(dir) ? command.replaceAll("\0", " ") : null;
}

/** Where a planted value shows up that must show up nowhere: logs, event streams, database, comments, repository. */
export async function findLeaks(stage: Stage): Promise<string[]> {
  const places = {
    ...(await textFiles(join(stage.dir, "logs"))),
    ...(await textFiles(join(stage.dir, "data", "reports"))),
    database: await dump(stage.database),
    comments: await publicWords(stage),
    repository: await objects(stage),
    model: JSON.stringify(stage.model.requests()),
  };
  return Object.entries(places).flatMap(([place, text]) =>
    Object.entries(stage.canaries).flatMap(([name, value]) =>
      text.includes(value) ? [`${name} in ${place}`] : [],
    ),
  );
}

async function textFiles(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder).catch(() => []);
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), "utf8")])),
  );
}

const TABLES = [
  "runs",
  "journal",
  "jobs",
  "inbox",
  "attempts",
  "approvals",
  "artifacts",
  "runners",
  "notices",
  "surfaces",
];

async function dump({ knex }: Database): Promise<string> {
  const rows = await Promise.all(TABLES.map((table) => knex(table).select("*")));
  return JSON.stringify(rows);
}

async function publicWords(stage: Stage): Promise<string> {
  const paths = ["issues?state=all", "issues/comments?per_page=100", "pulls?state=all"].map(
    (path) => `${repoPath(stage)}/${path}`,
  );
  return JSON.stringify(await Promise.all(paths.map((path) => stage.people.ada.get(path))));
}

/** Every object of the bare repository, unpacked. */
async function objects({ repository }: Stage): Promise<string> {
  const args = ["--git-dir", repository.gitDir, "cat-file", "--batch-all-objects", "--batch", "--buffer"];
  return (await run("git", args, { maxBuffer: MOST_BYTES })).stdout;
}
