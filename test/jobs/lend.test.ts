import { chmod, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import pino from "pino";
import { type LocalGitHub, startLocalGitHub } from "../../demo/github/start-local-github.ts";
import { type Borrowed, borrower } from "../../runner/credential/borrow.ts";
import { loadRunnerKey } from "../../runner/credential/runner-key.ts";
import type { Run } from "../../src/core/run.ts";
import { insertAttempt } from "../../src/database/attempts.ts";
import { type Claim, returnJob } from "../../src/database/held-jobs.ts";
import { claimJob } from "../../src/database/jobs.ts";
import { saveLent, takeLent } from "../../src/database/lent-tokens.ts";
import { findRunner, saveRunner } from "../../src/database/runners.ts";
import { insertRun } from "../../src/database/runs.ts";
import { enqueue } from "../../src/engine/enqueue.ts";
import { enrolRunner } from "../../src/engine/enrol.ts";
import { LEASE_MS } from "../../src/engine/lease.ts";
import { newReaderKey, type ReaderKey, unseal } from "../../src/engine/sealed-envelope.ts";
import { startWorker } from "../../src/engine/worker.ts";
import type { World } from "../../src/engine/world.ts";
import { ensureCommit } from "../../src/git/mirror.ts";
import { createGitHubPort } from "../../src/github/port/create-port.ts";
import type { AppContext } from "../../src/jobs/context.ts";
import { lendToken } from "../../src/jobs/lend.ts";
import { runIn } from "../core/sample-run.ts";
import { sampleSpec } from "../core/sample-spec.ts";
import { folderWith } from "../demo/github/git-client.ts";
import { DIALECTS, type Dialect, testDatabases } from "../support/databases.ts";
import { eventually, testWorld } from "../support/world.ts";

const databases = testDatabases();
const { signal } = new AbortController();
let dir = "";
let github: LocalGitHub;
let ids: { secret: number; other: number; installation: number };

/** A private repository that the app may read, and another one of the same owner. */
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "agentpr-lend-"));
  github = await startLocalGitHub({ dir: join(dir, "github"), callsPerHour: 1_000_000 });
  github.addUser("octo", { type: "Organization" });
  const from = await folderWith(dir, "seed", { "README.md": "hello\n" });
  const add = (name: string) => github.addRepository({ owner: "octo", name, from, private: true });
  const [secret, other] = [await add("secret"), await add("other")];
  ids = { secret: secret.id, other: other.id, installation: github.install("octo").installationId };
});
afterAll(async () => {
  await github.stop();
  await rm(dir, { recursive: true, force: true });
});

type Held = { world: World; claim: Claim; key: ReaderKey; borrow(patienceMs?: number): Promise<Borrowed> };
type Options = { run?: Partial<Run>; key?: ReaderKey; privateTo?: number; signed?: boolean };

/** An attempt on the private repository, begun by a runner whose key is enrolled, and an app that answers. */
async function held(dialect: Dialect, options: Options = {}): Promise<Held> {
  const world = testWorld(await databases.open(dialect));
  const { database } = world;
  const { knex } = database;
  const run = runIn("EXECUTING", {
    ...{ id: "run_1", owner: "octo", repo: "secret", attempts: 0, changeId: null, changeSha: null },
    ...{ repositoryId: ids.secret, installationId: ids.installation, ...options.run },
  });
  await insertRun(database, knex, run);
  const place = { url: `${github.url}/octo/secret.git`, host: "localhost", owner: "octo", repo: "secret" };
  const clone = { ...place, repositoryId: ids.secret, privateTo: options.privateTo ?? ids.installation };
  const spec = sampleSpec({ runId: run.id, clone });
  await enqueue(world, knex, {
    ...{ kind: "attempt", runId: run.id, payload: spec, key: "attempt:1", once: "ever" },
  });
  if (options.signed === false) await knex("jobs").where({ kind: "attempt" }).update({ mac: "00" });
  const order = { lane: "runner", worker: "w", leaseMs: LEASE_MS, repositoryCap: 9 } as const;
  const job = await claimJob(database, order);
  if (job === null) throw new Error("there is an attempt to be claimed");
  const claim = { jobId: job.id, claimId: job.claimId };
  await insertAttempt(database, knex, { id: "att_1", runId: run.id, number: 1, runner: "box-1", ...claim });
  const key = options.key ?? newReaderKey();
  await register(world, key);
  await enrolRunner(world, "box-1");
  const borrow = (patienceMs = 30_000) =>
    borrower({ ...world, key: null }, { runner: "box-1", key, spec, lease: { claim }, patienceMs })(signal);
  return { world, claim, key, borrow };
}

function register({ database }: World, key: ReaderKey): Promise<void> {
  const runner = { id: "box-1", name: "box-1", version: "1", capacity: 1, approved: false };
  return saveRunner(database, database.knex, { ...runner, publicKey: key.publicKey });
}

/** The app's side: the real port to the local GitHub, and a worker that lends. */
function app(world: World) {
  const { id: appId, privateKey } = github.app;
  const log = pino({ level: "silent" });
  const options = { appId, privateKey, apiUrl: github.apiUrl, url: github.url, log, throttled: false };
  const context = { world, github: createGitHubPort(options), requireApprovedRunners: true };
  return startWorker(world, {
    ...{ lane: "app", name: "app", slots: 1, pollMs: 100, repositoryCap: 9 },
    // Lending needs nothing else of what the app's jobs are given.
    handlers: { lend: (job, lease) => lendToken(context as AppContext, job, lease) },
  });
}

async function borrowed(one: Held): Promise<Borrowed> {
  const worker = app(one.world);
  try {
    return await one.borrow();
  } finally {
    await worker.stop();
  }
}

function fetchWith(token: string | null, name: string, cache: string) {
  const url = `${github.url}/octo/${name}.git`;
  const place = { cacheDir: join(dir, cache), host: "localhost", privateTo: ids.installation, home: dir };
  return ensureCommit({ ...place, repositoryId: 1, url, token, branch: "main", sha: null, signal });
}

test.each(DIALECTS)(
  "on %s a lent token reads that one repository until it is taken back",
  async (dialect) => {
    const one = await held(dialect);

    const lent = await borrowed(one);

    if (!lent.ok) throw new Error(lent.why);
    expect(await fetchWith(lent.token, "secret", `${dialect}-a`)).toMatchObject({ ok: true });
    expect(await fetchWith(lent.token, "other", `${dialect}-b`)).toMatchObject({
      ok: false,
      kind: "not_found",
    });
    const stored = [...github.store.tokens.values()].find(({ value }) => value === lent.token);
    expect(stored).toMatchObject({
      repositoryIds: [ids.secret],
      permissions: { contents: "read", metadata: "read" },
    });
    expect(await everythingIn(one.world)).not.toContain(lent.token);
    await lent.takeBack();
    expect(await fetchWith(lent.token, "secret", `${dialect}-c`)).toMatchObject({ ok: false, kind: "auth" });
    expect(await fetchWith(null, "secret", `${dialect}-d`)).toMatchObject({ ok: false, kind: "auth" });
  },
);

test.each(DIALECTS)("on %s what lies in the database opens for nobody but that runner", async (dialect) => {
  const one = await held(dialect);
  const { world, claim, key } = one;
  const worker = app(world);
  await world.database.transaction((trx) =>
    enqueue(world, trx, { kind: "lend", runId: "run_1", payload: claim, key: "lend:1", once: "queued" }),
  );
  const answer = await eventually("an answer", () => takeLent(world.database, claim));
  await worker.stop();

  if (!("envelope" in answer)) throw new Error(answer.refusal);
  const occasion = { ...claim, runId: "run_1", runner: "box-1" };
  const where = { repositoryId: ids.secret, installationId: ids.installation };
  const { token } = JSON.parse(unseal(key, { ...occasion, ...where }, answer.envelope) ?? "{}");
  expect(token).toMatch(/^ghs_/);
  expect(unseal(newReaderKey(), { ...occasion, ...where }, answer.envelope)).toBeNull();
  expect(unseal(key, { ...occasion, ...where, claimId: claim.claimId + 1 }, answer.envelope)).toBeNull();
  expect(await takeLent(world.database, claim)).toBeNull();
});

type Spoil = (one: Held) => Promise<unknown>;
const nothing: Spoil = () => Promise.resolve();
const runners = ({ world }: Held) => world.database.knex("runners");

test.each<[string, Options, Spoil, RegExp]>([
  ["whose run is paused", { run: { state: "PAUSED", reason: "wait" } }, nothing, /paused: wait/],
  ["whose run is over", { run: { state: "FAILED" } }, nothing, /over: FAILED/],
  ["of another installation", { run: { installationId: 1 } }, nothing, /another installation/],
  ["of another repository", { run: { repositoryId: 1 } }, nothing, /another repository/],
  [
    "of an installation that is gone",
    { run: { owner: "cat", installationId: 1 }, privateTo: 1 },
    nothing,
    /installation on cat is gone/,
  ],
  [
    "that was ordered before the app was installed again",
    { run: { installationId: 1 }, privateTo: 1 },
    nothing,
    /through another installation/,
  ],
  ["that the app did not ask for", { signed: false }, nothing, /did not ask/],
  [
    "whose runner has another key by now",
    {},
    ({ world }) => register(world, newReaderKey()),
    /another key than the one that was approved.*agentpr runners approve box-1/,
  ],
  [
    "whose runner's key nobody has approved",
    {},
    (one) => runners(one).update({ approved_key: null }),
    /not approved/,
  ],
  [
    "whose runner approved its key by itself, in the database",
    {},
    (one) => runners(one).update({ public_key: "abc", approved_key: "abc" }),
    /not approved/,
  ],
  ["whose runner is of an older version", {}, (one) => runners(one).update({ public_key: null }), /no key/],
  ["whose runner is not there", {}, (one) => runners(one).del(), /no runner/],
])("nothing is lent for an attempt %s", async (_title, options, spoil, why) => {
  const one = await held("sqlite", options);
  await spoil(one);

  expect(await borrowed(one)).toMatchObject({ ok: false, kind: "auth", why: expect.stringMatching(why) });
});

test("a changed key is told to the operator once, with its fingerprint", async () => {
  const one = await held("sqlite");
  await register(one.world, newReaderKey());

  await borrowed(one);
  await borrowed(one);

  const notices = await one.world.database.knex("notices").where({ priority: "urgent" });
  expect(notices).toMatchObject([{ text: expect.stringMatching(/another key \(SHA256:\S{43}\)/) }]);
  expect(await enrolRunner(one.world, "box-1")).toMatchObject({ approved: true });
  expect(await findRunner(one.world.database.knex, "box-1")).toMatchObject({ approved: true });
});

test("whoever has lost its claim gets no answer, and where no app answers that is said", async () => {
  const one = await held("sqlite");
  const { database } = one.world;
  await returnJob(database, database.knex, one.claim, { why: "lost", afterMs: 0, countsAsTry: true });
  const worker = app(one.world);

  expect(await one.borrow(1_500)).toMatchObject({ ok: false, kind: "network" });
  await worker.stop();
  expect(await database.knex("lent_tokens")).toEqual([]);
});

test("a repository that was taken out of the installation is not lent, though the order says otherwise", async () => {
  const one = await held("sqlite");
  github.install("octo", { repositories: ["other"] });

  const lent = await borrowed(one);
  github.install("octo");

  expect(lent).toMatchObject({ ok: false, why: expect.stringContaining("out of the reach") });
});

test("a runner's key is made once, kept for its owner alone, and refused when others may read it", async () => {
  const folder = join(dir, "runner");
  const [one, two] = await Promise.all([loadRunnerKey(folder), loadRunnerKey(folder)]);

  expect(two.publicKey).toBe(one.publicKey);
  expect((await loadRunnerKey(folder)).publicKey).toBe(one.publicKey);
  expect(await readdir(folder)).toEqual(["runner.key"]);
  expect(await readFile(join(folder, "runner.key"), "utf8")).toContain("PRIVATE KEY");
  await chmod(join(folder, "runner.key"), 0o644);
  await expect(loadRunnerKey(folder)).rejects.toThrow("is not secret");
});

/** Every row of every table, as text. */
async function everythingIn({ database: { knex, dialect } }: World): Promise<string> {
  const [column, from] =
    dialect === "sqlite"
      ? ["name", knex("sqlite_master").where({ type: "table" })]
      : ["tablename", knex("pg_tables").where({ schemaname: "public" })];
  const names: string[] = (await from.select(column)).map((row) => row[column]);
  const rows = await Promise.all(names.map((name) => knex(name).select()));
  return JSON.stringify(rows);
}

test.each(DIALECTS)(
  "what a runner did not live to fetch goes with the next answer, on %s",
  async (dialect) => {
    const { world, claim } = await held(dialect);
    const { database } = world;
    const [died, next] = [claim, { ...claim, claimId: claim.claimId + 1 }];
    for (const [asking, envelope] of [
      [died, "sealed for the first"],
      [next, "sealed for the next"],
    ] as const)
      await database.transaction((trx) => saveLent(database, trx, asking, { envelope }));

    expect(await takeLent(database, died)).toBeNull();
    expect(await takeLent(database, next)).toEqual({ envelope: "sealed for the next" });
  },
);
