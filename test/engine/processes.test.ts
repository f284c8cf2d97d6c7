import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { reduce } from "../../src/core/reduce.ts";
import type { Database } from "../../src/database/connect.ts";
import { reclaimExpired } from "../../src/database/expired-jobs.ts";
import { finishJob } from "../../src/database/held-jobs.ts";
import { listJobs } from "../../src/database/job-queries.ts";
import { claimJob, insertJob } from "../../src/database/jobs.ts";
import { readJournal } from "../../src/database/journal.ts";
import { listNotices } from "../../src/database/notices.ts";
import { listRuns } from "../../src/database/run-lists.ts";
import { enqueue } from "../../src/engine/enqueue.ts";
import { runIn } from "../core/sample-run.ts";
import { type Child, startChild } from "../support/child.ts";
import { DIALECTS, type Dialect, testDatabases } from "../support/databases.ts";
import { counts, seed, seededRandom, withinMs } from "../support/proof.ts";
import { testWorld } from "../support/world.ts";

const databases = testDatabases();
const LONG_MS = 600_000;

async function fill(database: Database, count: number): Promise<void> {
  for (let from = 0; from < count; from += 500)
    await database.transaction(async (trx) => {
      for (let at = from; at < Math.min(from + 500, count); at += 1) {
        const key = `job ${at}`;
        await insertJob(database, trx, {
          kind: "trim",
          runId: null,
          payload: {},
          key,
          once: "ever",
          mac: null,
        });
      }
    });
}

type Claimed = { claims: string[]; lost: number[]; longestMs: number };

/** So many processes claim all there is; they begin together. */
async function claimTogether(url: string, processes: number): Promise<Claimed[]> {
  const children = Array.from({ length: processes }, () => startChild("child-claimer.ts", [url]));
  await Promise.all(children.map((child) => child.heard("ready")));
  for (const child of children) child.tell("go");
  return Promise.all(children.map(claimedBy));
}

async function claimedBy(child: Child): Promise<Claimed> {
  const line = await child.heard("claimed ");
  await child.ended();
  return JSON.parse(line.slice("claimed ".length)) as Claimed;
}

test.each(DIALECTS)(
  "on %s four processes never claim a job twice",
  async (dialect) => {
    const count = counts({ quick: 2_000, full: 20_000 });
    const database = await databases.open(dialect);
    await fill(database, count);

    const ended = await claimTogether(database.url, 4);

    const claims = ended.flatMap((one) => one.claims);
    expect(claims).toHaveLength(count);
    expect(new Set(claims).size).toBe(count);
    expect(claims.every((claim) => claim.endsWith(":1"))).toBe(true);
    expect(ended.flatMap((one) => one.lost)).toEqual([]);
  },
  LONG_MS,
);

test(
  "on SQLite, with every commit on the disk, none of eight processes starves while there is work",
  async () => {
    const count = counts({ quick: 800, full: 20_000 });
    const database = await databases.open("sqlite");
    await fill(database, count);

    const ended = await claimTogether(database.url, 8);

    expect(ended.flatMap((one) => one.claims)).toHaveLength(count);
    for (const one of ended) expect(one.claims.length).toBeGreaterThan(0);
    expect(Math.max(...ended.map((one) => one.longestMs))).toBeLessThan(withinMs(500));
  },
  LONG_MS,
);

test.each(DIALECTS)(
  "on %s a process that was stopped past its lease is refused every write",
  async (dialect) => {
    const database = await databases.open(dialect);
    const { knex } = database;
    const secret = randomBytes(32);
    const world = testWorld(database, { key: { secret } });
    const job = { kind: "receive", runId: null, payload: {}, key: "a", once: "ever" } as const;
    await database.transaction((trx) => enqueue(world, trx, job));
    const child = startChild("child-sleeper.ts", [database.url, secret.toString("hex")]);
    await child.heard("held");

    child.process.kill("SIGSTOP");
    database.setClockOffset(31_000);
    expect(await reclaimExpired(database)).toHaveLength(1);
    const again = await claimJob(database, {
      lane: "app",
      worker: "other",
      leaseMs: 60_000,
      repositoryCap: 1,
    });
    child.process.kill("SIGCONT");
    child.tell("go");

    const written = await child.heard("written ");
    expect(JSON.parse(written.slice("written ".length))).toEqual([false, false, "lost", false, false, false]);
    child.tell("end");
    await child.ended();
    expect(await listNotices(knex, null)).toEqual([]);
    expect(await finishJob(database, knex, { jobId: again?.id ?? 0, claimId: again?.claimId ?? 0 })).toBe(
      true,
    );
    expect(await listJobs(knex, {})).toMatchObject([{ status: "done", claimId: 2 }]);
  },
  LONG_MS,
);

/** Kills the process that advances and works, each time at another moment; what it acknowledged is handed back. */
async function killAgainAndAgain(url: string, secret: string, effects: string): Promise<string[]> {
  const random = seededRandom(seed());
  const acknowledged: string[] = [];
  for (let round = counts({ quick: 5, full: 50 }); round > 0; round -= 1) {
    const child = startChild("child-app.ts", [url, secret, effects, String(round)]);
    await child.heard("ack");
    await new Promise((resolve) => setTimeout(resolve, random() * 400));
    child.process.kill("SIGKILL");
    await child.ended();
    acknowledged.push(...child.said.filter((line) => /^ack \S+ \S+$/.test(line)));
  }
  const last = startChild("child-app.ts", [url, secret, effects, "last"]);
  await last.heard("ended");
  await last.ended();
  return acknowledged;
}

async function killed(dialect: Dialect) {
  const url = await databases.fresh(dialect);
  const effects = join(tmpdir(), `agentpr-effects-${process.pid}-${randomBytes(4).toString("hex")}`);
  const acknowledged = await killAgainAndAgain(url, randomBytes(32).toString("hex"), effects);
  const done = existsSync(effects) ? readFileSync(effects, "utf8").trim().split("\n") : [];
  return { database: databases.connect(url), acknowledged, effects: done };
}

test.each(DIALECTS)(
  "on %s a process that is killed at any moment loses nothing and does nothing twice",
  async (dialect) => {
    const { database, acknowledged, effects } = await killed(dialect);
    const runs = await listRuns(database.knex, { limit: 100_000 });
    const entries = new Set<string>();

    for (const run of runs) {
      const journal = await readJournal(database.knex, run.id);
      for (const { cause } of journal) entries.add(`ack ${run.id} ${cause}`);
      expect(run).toMatchObject({ state: "DONE", version: journal.length, prOpen: false });
      const told = journal.reduce(
        (now, { event, fromState, toState }) => {
          expect(now.state).toBe(fromState);
          const verdict = reduce(now, event);
          expect(verdict).toMatchObject({ run: { state: toState } });
          return verdict.kind === "refused" ? now : verdict.run;
        },
        runIn("QUEUED", { id: run.id, version: 0 }),
      );
      expect(told).toMatchObject({ state: run.state, epoch: run.epoch, version: run.version });
    }

    expect(acknowledged.filter((ack) => !entries.has(ack))).toEqual([]);
    const jobs = await database.knex("jobs").select("id", "kind", "status");
    expect(jobs.filter(({ status }) => status !== "done")).toEqual([]);
    expect(effects.toSorted()).toEqual(jobs.map(({ id, kind }) => `${kind}:${id}`).toSorted());
    expect(runs.length).toBeGreaterThan(0);
  },
  LONG_MS,
);
