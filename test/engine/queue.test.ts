import { expect, test } from "@jest/globals";
import { JOBS, type Job, type JobRequest } from "../../src/core/job.ts";
import type { Database } from "../../src/database/connect.ts";
import { reclaimExpired } from "../../src/database/expired-jobs.ts";
import { buryJob, finishJob, renewLease, returnJob } from "../../src/database/held-jobs.ts";
import { hasOpenJob, listJobs, nextDelay, trimJobs } from "../../src/database/job-queries.ts";
import { claimJob, insertJob } from "../../src/database/jobs.ts";
import { insertRun } from "../../src/database/runs.ts";
import { runIn } from "../core/sample-run.ts";
import { DIALECTS, testDatabases } from "../support/databases.ts";
import { counts } from "../support/proof.ts";

const databases = testDatabases();
const ORDER = { lane: "app", worker: "w", leaseMs: 30_000, repositoryCap: 2 } as const;

function request(key: string, more: Partial<JobRequest> = {}): JobRequest & { mac: null } {
  return { kind: "receive", runId: null, payload: { key }, key, once: "ever", mac: null, ...more };
}

async function put(database: Database, ...requests: JobRequest[]): Promise<void> {
  for (const one of requests) await insertJob(database, database.knex, { ...one, mac: null });
}

const claim = (database: Database, more: Partial<typeof ORDER | { lane: "runner" }> = {}) =>
  claimJob(database, { ...ORDER, ...more });
const held = (job: Job | null) => ({ jobId: job?.id ?? 0, claimId: job?.claimId ?? 0 });

/** Claims until nothing is left, one after the other. */
async function claimAll(database: Database): Promise<string[]> {
  const job = await claim(database);
  return job === null ? [] : [job.key, ...(await claimAll(database))];
}

test.each(DIALECTS)("on %s the most urgent kind goes first, and within it the oldest", async (dialect) => {
  const database = await databases.open(dialect);
  await put(
    database,
    request("trim", { kind: "trim" }),
    request("patrol", { kind: "patrol" }),
    request("receive 1"),
    request("settle", { kind: "settle" }),
    request("receive 2"),
  );

  expect(await claimAll(database)).toEqual(["receive 1", "receive 2", "settle", "patrol", "trim"]);
});

test.each(DIALECTS)(
  "on %s a delayed job is not claimed before its time, and its time is known",
  async (dialect) => {
    const database = await databases.open(dialect);
    expect(await nextDelay(database, "app")).toBeNull();
    await put(database, request("later", { delayMs: 60_000 }));

    expect(await claim(database)).toBeNull();
    const delay = (await nextDelay(database, "app")) ?? 0;
    expect(delay).toBeGreaterThan(50_000);
    expect(delay).toBeLessThanOrEqual(60_000);

    database.setClockOffset(61_000);
    expect(await nextDelay(database, "app")).toBe(0);
    expect(await claim(database)).toMatchObject({ key: "later", tries: 1, claimId: 1 });
    expect(await nextDelay(database, "app")).toBeNull();
  },
);

test.each(DIALECTS)("on %s a lane's jobs are not claimed by the other lane", async (dialect) => {
  const database = await databases.open(dialect);
  await put(database, request("attempt", { kind: "attempt" }));

  expect(await claim(database)).toBeNull();
  expect(await claim(database, { lane: "runner" })).toMatchObject({ key: "attempt" });
});

test.each(DIALECTS)("on %s a key that is asked for once ever gives one job for all time", async (dialect) => {
  const database = await databases.open(dialect);
  await put(database, request("a"), request("a"));
  const job = await claim(database);
  await put(database, request("a"));
  await finishJob(database, database.knex, held(job));
  await put(database, request("a"));

  expect(await listJobs(database.knex, {})).toMatchObject([{ key: "a", status: "done" }]);
});

test.each(DIALECTS)(
  "on %s one waiting job is enough, and may be asked for again once claimed",
  async (dialect) => {
    const database = await databases.open(dialect);
    const once = (delayMs: number) => request("sync", { once: "queued", delayMs });
    await put(database, once(60_000), once(90_000));
    expect(await listJobs(database.knex, { status: "queued" })).toHaveLength(1);
    expect(await nextDelay(database, "app")).toBeLessThanOrEqual(60_000);

    await put(database, once(0), once(50_000));
    const first = await claim(database);
    expect(first).toMatchObject({ key: "sync" });

    await put(database, once(0), once(0));
    expect(await listJobs(database.knex, { status: "queued" })).toHaveLength(1);
    expect((await claim(database))?.id).not.toBe(first?.id);
  },
);

test.each(DIALECTS)("on %s asking at once from many sides leaves one job waiting", async (dialect) => {
  const url = await databases.fresh(dialect);
  const sides = [1, 2, 3, 4].map(() => databases.connect(url));

  await Promise.all(
    sides.flatMap((side) => [1, 2, 3, 4, 5].map(() => put(side, request("sync", { once: "queued" })))),
  );

  expect(await listJobs((sides[0] as Database).knex, {})).toHaveLength(1);
});

type Hammer = {
  sides: Database[];
  lane: "app" | "runner";
  hold: (job: Job) => void;
  drop: (job: Job) => void;
};

/** Every side claims and finishes until all is done; between the two it holds the job for a moment. */
async function hammer({ sides, lane, hold, drop }: Hammer, total: number): Promise<number> {
  let done = 0;
  async function side(database: Database): Promise<void> {
    while (done < total) {
      const job = await claim(database, { lane } as { lane: "runner" });
      if (job === null) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        continue;
      }
      hold(job);
      await new Promise((resolve) => setTimeout(resolve, 2));
      drop(job);
      expect(await finishJob(database, database.knex, held(job))).toBe(true);
      done += 1;
    }
  }
  await Promise.all(sides.map(side));
  return done;
}

test.each(DIALECTS)("on %s never are two jobs of one run and lane held at once", async (dialect) => {
  const url = await databases.fresh(dialect);
  const sides = [1, 2, 3, 4].map(() => databases.connect(url));
  const [first] = sides as [Database];
  const total = counts({ quick: 120, full: 4_000 });
  const busy = new Set<string>();
  const overlaps: string[] = [];
  for (const id of ["a", "b", "c"]) await insertRun(first, first.knex, runIn("EXECUTING", { id }));
  await first.transaction(async (trx) => {
    for (let at = 0; at < total; at += 1)
      await insertJob(
        first,
        trx,
        request(`${at}`, { kind: "report", runId: ["a", "b", "c"][at % 3] ?? "a" }),
      );
  });

  const hold = ({ runId }: Job) => (busy.has(`${runId}`) ? overlaps.push(`${runId}`) : busy.add(`${runId}`));
  const done = await hammer(
    { sides, lane: "app", hold, drop: ({ runId }) => busy.delete(`${runId}`) },
    total,
  );

  expect([done, overlaps]).toEqual([total, []]);
});

test.each(DIALECTS)("on %s a repository never has more attempts at once than its cap", async (dialect) => {
  const url = await databases.fresh(dialect);
  const sides = [1, 2, 3, 4].map(() => databases.connect(url));
  const [first] = sides as [Database];
  const total = counts({ quick: 80, full: 2_000 });
  const open = new Map<string, number>();
  let most = 0;
  await first.transaction(async (trx) => {
    for (let at = 0; at < total; at += 1)
      await insertJob(
        first,
        trx,
        request(`${at}`, { kind: "attempt", repository: at % 4 === 0 ? "o/two" : "o/one" }),
      );
  });

  const add = ({ payload }: Job, by: number) => {
    const repository = Number(payload.key) % 4 === 0 ? "o/two" : "o/one";
    open.set(repository, (open.get(repository) ?? 0) + by);
    most = Math.max(most, open.get(repository) ?? 0);
  };
  await hammer({ sides, lane: "runner", hold: (job) => add(job, 1), drop: (job) => add(job, -1) }, total);

  expect(most).toBe(2);
});

test.each(DIALECTS)(
  "on %s a job handed back waits, keeps its words, and dies with its last try",
  async (dialect) => {
    const database = await databases.open(dialect);
    await put(database, request("a"));
    for (let tries = 1; tries <= JOBS.receive.maxTries; tries += 1) {
      const job = await claim(database);
      expect(job?.tries).toBe(tries);
      const back = { why: `try ${tries}\u0000`, afterMs: 0, countsAsTry: true };
      expect(await returnJob(database, database.knex, held(job), back)).toBe(true);
    }

    expect(await claim(database)).toBeNull();
    const [row] = await database.knex("jobs");
    expect(row).toMatchObject({ status: "dead", last_error: "try 8\ufffd", worker: null, lease_until: null });
    expect(Number(row.finished_at)).toBeGreaterThan(0);
  },
);

test.each(DIALECTS)("on %s a job that is parked keeps its tries", async (dialect) => {
  const database = await databases.open(dialect);
  await put(database, request("a"));
  for (let round = 0; round < 20; round += 1) {
    const job = await claim(database);
    await returnJob(database, database.knex, held(job), { why: "limit", afterMs: 0, countsAsTry: false });
  }

  expect(await claim(database)).toMatchObject({ tries: 1, claimId: 21 });
});

test.each(DIALECTS)(
  "on %s nothing that is not held can be ended, returned, buried or kept",
  async (dialect) => {
    const database = await databases.open(dialect);
    const { knex } = database;
    await put(database, request("a"));
    const job = held(await claim(database));
    const back = { why: "x", afterMs: 0, countsAsTry: true };

    for (const wrong of [
      { ...job, claimId: job.claimId - 1 },
      { ...job, claimId: job.claimId + 1 },
      { ...job, jobId: job.jobId + 1 },
    ]) {
      expect(await finishJob(database, knex, wrong)).toBe(false);
      expect(await returnJob(database, knex, wrong, back)).toBe(false);
      expect(await buryJob(database, knex, wrong, "x")).toBe(false);
      expect(await renewLease(database, wrong, 1_000)).toBe(false);
    }
    database.setClockOffset(31_000);
    expect(await returnJob(database, knex, job, back)).toBe(false);
    expect(await buryJob(database, knex, job, "x")).toBe(false);
  },
);

test.each(DIALECTS)(
  "on %s what a silent worker held comes back, or is dead with its last try",
  async (dialect) => {
    const database = await databases.open(dialect);
    await put(database, request("fresh"), request("spent"));
    await database.knex("jobs").where({ key: "spent" }).update({ tries: 7 });
    await claimAll(database);
    expect(await reclaimExpired(database)).toEqual([]);

    database.setClockOffset(31_000);
    const back = await reclaimExpired(database);

    expect(back.map(({ key, status }) => [key, status]).toSorted()).toEqual([
      ["fresh", "queued"],
      ["spent", "dead"],
    ]);
    const rows = await database.knex("jobs").orderBy("id");
    expect(rows).toMatchObject([{ finished_at: null }, { last_error: expect.stringContaining("silent") }]);
    expect(Number(rows[1].finished_at)).toBeGreaterThan(0);
  },
);

test.each(DIALECTS)(
  "on %s a row that nobody can read is set aside with an alarm, and the next is claimed",
  async (dialect) => {
    const database = await databases.open(dialect);
    await put(database, request("rogue 1"), request("rogue 2"), request("good"));
    await database.knex("jobs").where({ key: "rogue 1" }).update({ kind: "rm -rf", max_tries: 1_000_000 });
    await database.knex("jobs").where({ key: "rogue 2" }).update({ payload: "{" });

    const claimed = [await claim(database), await claim(database), await claim(database)];

    expect(claimed.map((job) => job?.key ?? null)).toEqual([null, null, "good"]);
    const dead = await database.knex("jobs").where({ status: "dead" }).orderBy("id");
    expect(dead.map(({ key }) => key)).toEqual(["rogue 1", "rogue 2"]);
    const notices = await database.knex("notices").select("priority", "text");
    expect(notices).toMatchObject([{ priority: "urgent" }, { priority: "urgent" }]);
  },
);

test.each(DIALECTS)(
  "on %s finished jobs are trimmed by age; dead letters and attempts stay",
  async (dialect) => {
    const database = await databases.open(dialect);
    await put(
      database,
      request("done"),
      request("dead"),
      request("attempt", { kind: "attempt" }),
      request("waiting"),
    );
    await finishJob(database, database.knex, held(await claim(database)));
    await buryJob(database, database.knex, held(await claim(database)), "no");
    await finishJob(database, database.knex, held(await claim(database, { lane: "runner" })));

    expect(await trimJobs(database, 1_000)).toBe(0);
    database.setClockOffset(5_000);
    expect(await trimJobs(database, 1_000)).toBe(1);
    expect((await listJobs(database.knex, {})).map(({ key }) => key)).toEqual(["dead", "attempt", "waiting"]);
  },
);

test.each(DIALECTS)("on %s a run's open jobs are those that wait or are held", async (dialect) => {
  const database = await databases.open(dialect);
  await insertRun(database, database.knex, runIn("EXECUTING", { id: "run_1" }));
  await put(database, request("a", { kind: "report", runId: "run_1" }));
  const open = () => hasOpenJob(database.knex, "run_1", "report");

  expect([await open(), await hasOpenJob(database.knex, "run_1", "sync")]).toEqual([true, false]);
  const job = await claim(database);
  expect(await open()).toBe(true);
  await finishJob(database, database.knex, held(job));
  expect(await open()).toBe(false);
});
