import { join } from "node:path";
import { Run, type State } from "../src/core/run.ts";
import { connect } from "../src/database/connect.ts";
import { insertRun } from "../src/database/runs.ts";
import type { Bench } from "./bench.ts";
import { ended } from "./floors.ts";
import { percentiles, timed } from "./percentiles.ts";
import type { Row } from "./row.ts";

const MAIN = join(import.meta.dirname, "../src/cli/main.js");
const COMMANDS = ["list-runs", "next"] as const;

/** What the lists need before agentpr's own first line: the packages for options, rows and the database, compiled before. */
const PACKAGES = `
  import module from "node:module";
  module.enableCompileCache(process.argv[1]);
  for (const name of ["commander", "zod", "knex", "sqlite3"]) await import(name);
`;
/** A place of its own: agentpr sets flags of V8's, and code that was compiled under others does not count. */
const COMPILED = join(import.meta.dirname, "../node_modules/.cache/agentpr-bench");
const LOADING = ["--input-type=module", "--eval", PACKAGES, COMPILED];

/** What an operator waits for with many runs, beside a Node that does nothing. Taken in turns, as for `--help`. */
export async function measureCliLists({ quick, databases }: Bench): Promise<Row[]> {
  const count = quick ? 1_000 : 10_000;
  const url = await databases.fresh("sqlite");
  await putRuns(url, count);
  const bare: number[] = [];
  const packages: number[] = [];
  const more = new Map<string, number[]>(COMMANDS.map((name) => [name, []]));
  for (let turn = 0; turn < (quick ? 3 : 20); turn += 1) {
    const [node = 0] = await timed(1, () => ended(process.execPath, ["-e", "0"]));
    bare.push(node);
    const [loaded = 0] = await timed(1, () => ended(process.execPath, LOADING));
    packages.push(loaded - node);
    for (const name of COMMANDS) {
      const [took = 0] = await timed(1, () => ended(process.execPath, [MAIN, name, "--db", url]));
      more.get(name)?.push(took - node);
    }
  }
  return COMMANDS.map((name) => ({
    metric: `agentpr ${name} with ${count} runs, beyond node -e 0`,
    unit: "ms",
    measured: percentiles(more.get(name) ?? []),
    judged: "p50",
    goal: { atMost: 150 },
    floor: { what: "loading commander, zod, knex and sqlite3", value: percentiles(packages).p50 },
    note: `node -e 0 took ${Math.round(percentiles(bare).p50)} ms`,
  }));
}

const STATES: readonly State[] = [
  "DONE",
  "DONE",
  "FAILED",
  "EXECUTING",
  "REVIEW_WAIT",
  "PUSHED",
  "NEEDS_HUMAN",
  "PAUSED",
];

async function putRuns(url: string, count: number): Promise<void> {
  const database = connect(url);
  await database.transaction(async (trx) => {
    for (let number = 0; number < count; number += 1) await insertRun(database, trx, runNumber(number));
  });
  await database.close();
}

function runNumber(number: number): Run {
  const id = `run_${number.toString(16).padStart(12, "0")}`;
  return Run.parse({
    ...{ id, owner: "octo", repo: `widget-${number % 100}`, repositoryId: number % 100, installationId: 1 },
    ...{ mode: "direct", fork: null, promptVersion: "v1", baseBranch: "main", branch: `agentpr/${number}` },
    request: { title: `Task ${number}`, body: "Please. ".repeat(100), author: "ada", issue: number + 1 },
    ...{ state: STATES[number % STATES.length], pausedFrom: null, reason: null, version: 1, attempts: 1 },
    ...{
      failedInRow: 0,
      iterations: 0,
      epoch: 0,
      ciFixes: 0,
      iteratingFor: null,
      answered: [],
      threadId: null,
    },
    ...{ changeId: null, changeSha: null, publishedSha: null, prNumber: null, prOpen: false },
    ...{ createdAt: 1, updatedAt: 1, stateSince: 1 },
  });
}
