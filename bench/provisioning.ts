import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type LocalGitHub, startLocalGitHub } from "../demo/github/start-local-github.ts";
import { layOut } from "../runner/workspace/lay-out.ts";
import { ensureCommit } from "../src/git/mirror.ts";
import type { Bench } from "./bench.ts";
import { percentiles, timed } from "./percentiles.ts";
import { partRow, type Row } from "./row.ts";

const OWNER = "octo";
const REPO = "thousand";
const FILES = 1_000;
const COMMITS = 5_000;
const SAMPLE = join(import.meta.dirname, "../demo/sample");

/** A workspace from a warm mirror beside a fresh clone, both over smart HTTP from the local GitHub. */
export async function measureProvisioning({ dir, quick }: Bench): Promise<Row[]> {
  const place = join(dir, "provisioning");
  const github = await startLocalGitHub({ dir: join(place, "github"), ci: { enabled: false } });
  try {
    const url = await servedRepository(github);
    const clones = await timed(quick ? 2 : 5, (at) => freshClone(url, join(place, `clone-${at}`)));
    const warm = warmWorkspace(url, place);
    const [cold = Number.NaN] = await timed(1, () => warm(0));
    const taken = await timed(quick ? 10 : 40, (at) => warm(at + 1));
    const written = await timed(quick ? 2 : 10, (at) => writeFiles(join(place, `files-${at}`)));
    return rowsOf({ taken, clones, cold, written });
  } finally {
    await github.stop();
    await rm(place, { recursive: true, force: true });
  }
}

type Taken = { taken: number[]; clones: number[]; cold: number; written: number[] };

function rowsOf({ taken, clones, cold, written }: Taken): Row[] {
  const clone = percentiles(clones).p50;
  const warm = percentiles(taken);
  const what = `${FILES.toLocaleString("en")} files, ${COMMITS.toLocaleString("en")} commits`;
  const whole: Row = {
    metric: `workspace from a warm mirror, ${what}`,
    unit: "ms",
    measured: warm,
    judged: "p95",
    goal: { atMost: 250 },
    floor: { what: "fresh git clone of it", value: clone },
    note: "asks the server for the branch's newest commit, as the first attempt of a run does",
  };
  const faster: Row = {
    metric: "how much faster than a fresh clone",
    unit: "times",
    measured: { value: clone / warm.p50 },
    judged: "value",
    goal: { atLeast: 10 },
    floor: null,
  };
  return [
    whole,
    faster,
    partRow("fresh git clone", clones),
    partRow("the first time, mirror cold", [cold]),
    partRow("as many files, only written, without git", written),
  ];
}

/** What the disk alone takes. */
async function writeFiles(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  const text = "x".repeat(1_200);
  for (let at = 0; at < FILES; at += 1) await writeFile(join(dir, `file-${at}`), text);
}

async function freshClone(url: string, to: string): Promise<void> {
  await promisify(execFile)("git", ["clone", "--quiet", url, to]);
  await rm(to, { recursive: true, force: true });
}

/** What an attempt does before Codex starts: the mirror asked, a clean workspace at its commit. */
function warmWorkspace(url: string, place: string): (at: number) => Promise<void> {
  const { signal } = new AbortController();
  const home = join(place, "home");
  const baseDir = join(place, "runs");
  const held = {
    ...{ cacheDir: join(place, "cache"), host: "127.0.0.1", repositoryId: 1, privateTo: null },
    ...{ branch: "main", sha: null, home, signal },
  };
  return async (at) => {
    await Promise.all([home, baseDir].map((folder) => mkdir(folder, { recursive: true })));
    const made = await layOut({
      held,
      ask: () => ensureCommit({ ...held, url, token: null }),
      baseDir,
      run: { owner: OWNER, repo: REPO, runId: `run-${at}` },
      from: null,
      branch: "agentpr/bench",
      historyDepth: 50,
      identity: { name: "bench", email: "bench@example.org" },
      signal,
    });
    if (!made.ok) throw new Error(made.stderr);
  };
}

async function servedRepository(github: LocalGitHub): Promise<string> {
  github.addUser(OWNER);
  const { gitDir } = await github.addRepository({ owner: OWNER, name: REPO, from: SAMPLE });
  const importing = spawn("git", ["fast-import", "--quiet", "--force"], {
    cwd: gitDir,
    stdio: ["pipe", "ignore", "ignore"],
  });
  importing.stdin.end(history());
  const [code] = await once(importing, "exit");
  if (code !== 0) throw new Error(`git fast-import ended with ${code}`);
  return `${github.url}/${OWNER}/${REPO}.git`;
}

/** A first commit with every file, then one for each change of one file. */
function history(): string {
  const all = Array.from({ length: FILES }, (_, at) => fileChange(at, 0)).join("");
  const changes = Array.from({ length: COMMITS - 1 }, (_, at) =>
    commit(at + 1, fileChange(at % FILES, at + 1)),
  );
  return [commit(0, all), ...changes].join("");
}

function commit(at: number, changes: string): string {
  const who = `Bench <bench@example.org> ${1_700_000_000 + at} +0000`;
  return `commit refs/heads/main\ncommitter ${who}\n${data(`Change ${at}`)}${changes}\n`;
}

function fileChange(at: number, version: number): string {
  const text = Array.from({ length: 40 }, (_, line) => `export const v${line} = ${at * line + version};`);
  return `M 100644 inline src/part-${at % 25}/file-${at}.ts\n${data(text.join("\n"))}`;
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}
