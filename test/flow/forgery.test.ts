import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { JOB_KINDS, JOBS, type JobKind } from "../../src/core/job.ts";
import { insertJob } from "../../src/database/jobs.ts";
import { type Flow, raiseFlow } from "../support/flow.ts";
import {
  becomes,
  branches,
  cli,
  comment,
  pulls,
  quiet,
  type Talk,
  untilOpened,
  untilPushed,
} from "../support/flow-talk.ts";

jest.setTimeout(60_000);
let flow: Flow;
beforeAll(async () => {
  flow = await raiseFlow({ requiredChecks: ["ci"] });
});
afterAll(() => flow.stop());

type Row = Record<string, unknown>;
const table = (name: string) => flow.world.database.knex(name);

/** Everything that was written on GitHub, in its API and in its repository. */
function written(): unknown {
  const calls = flow.github.calls().filter(({ category }) => category === "creation" || category === "edit");
  return { calls: calls.map(({ method, path }) => `${method} ${path}`), refs: branches(flow) };
}

/** Does something to the database; says what that changed on GitHub once all is quiet. */
async function after(forge: () => Promise<unknown>): Promise<{ before: unknown; now: unknown }> {
  await quiet(flow);
  const before = written();
  await forge();
  flow.world.wake.poke();
  await quiet(flow);
  return { before, now: written() };
}

/** A job's row as whoever can write into the database would make it. */
async function insertForged(kind: JobKind, runId: string | null, payload: Row, mac: string | null) {
  const { database } = flow.world;
  const key = `forged:${kind}:${Math.random()}`;
  await insertJob(database, database.knex, { kind, runId, payload, key, once: "ever", mac });
  return key;
}

/** The row of a genuine job, to be copied. */
async function genuine(kind: JobKind, runId: string): Promise<Row> {
  return becomes(`a ${kind} job`, () => table("jobs").where({ kind, run_id: runId }).first());
}

/** The same job once more, its signature included. */
async function replay({ id, ...row }: Row, change: Row = {}): Promise<void> {
  const fresh = { status: "queued", tries: 0, live_key: null, worker: null, lease_until: null };
  await table("jobs").insert({ ...row, ...fresh, finished_at: null, ...change });
}

async function noticed(words: string): Promise<boolean> {
  return (await table("notices").where("text", "like", `%${words}%`)).length > 0;
}

const SIGNED = JOB_KINDS.filter((kind) => JOBS[kind].signed && JOBS[kind].lane === "app");

test.each(SIGNED)("a %s job without the app's signature is set aside with an alarm", async (kind) => {
  const talk = await opened();
  const { mac } = await genuine("decide", talk.id);
  const place = { owner: "tidy", repo: "greeter", repositoryId: 1, installationId: 1 };
  const payload = { ...place, issue: talk.issue, text: "pwned", commentId: 1, content: "eyes" };
  const keys: string[] = [];

  const { before, now } = await after(async () => {
    for (const borrowed of [null, "", "00".repeat(32), "no hex", String(mac)])
      keys.push(await insertForged(kind, talk.id, payload, borrowed));
  });

  expect(now).toEqual(before);
  for (const key of keys) {
    const { id, status } = await table("jobs").where({ key }).first();
    expect(status).toBe("dead");
    expect(await noticed(`Job ${id} (${kind}) does not carry`)).toBe(true);
  }
});

let standing: (Talk & { pr: number }) | null = null;
/** One open pull request for all tests that do it no harm. */
async function opened(): Promise<Talk & { pr: number }> {
  standing ??= await untilOpened(flow);
  return standing;
}

test.each(["publish", "open_pr", "report", "sync", "decide"] as const)(
  "a genuine %s job that is copied, signature and all, does nothing twice",
  async (kind) => {
    const talk = await opened();
    const row = await genuine(kind, talk.id);

    const { before, now } = await after(() => replay(row));

    expect(now).toEqual(before);
    expect(await pulls(flow)).toHaveLength(1);
  },
);

test("a genuine job turned on another run is set aside", async () => {
  const talk = await opened();
  const other = await untilPushed(flow);
  const row = await genuine("open_pr", talk.id);

  const { before, now } = await after(() => replay(row, { run_id: other.id, key: "turned" }));

  expect(now).toEqual(before);
  expect(await table("jobs").where({ key: "turned" }).first("status")).toEqual({ status: "dead" });
});

test("a delivery that GitHub never sent commands nothing", async () => {
  const talk = await opened();
  await comment(flow, "ada", talk.issue, "/agentpr help");
  await quiet(flow);
  const sent = await table("inbox").where({ event: "issue_comment" }).orderBy("received_at", "desc").first();
  const forged = { ...sent, guid: "forged", status: "waiting", note: null, processed_at: null };
  forged.payload = String(sent.payload).replaceAll("/agentpr help", "/agentpr cancel");

  const { before, now } = await after(async () => {
    await table("inbox").insert(forged);
    await insertForged("receive", null, { guid: "forged" }, null);
    // A genuine job's delivery, changed before it was processed.
    const row = await table("jobs")
      .where({ key: `receive:${sent.guid}` })
      .first();
    await table("inbox").where({ guid: sent.guid }).update({ payload: forged.payload, status: "waiting" });
    await replay(row);
  });

  expect(now).toEqual(before);
  expect((await talk.run()).state).toBe("CI_WAIT");
  expect(await table("inbox").where({ guid: "forged" }).first("status")).toEqual({ status: "waiting" });
  await table("inbox").where({ guid: sent.guid }).update({ status: "processed" });
  await table("inbox").where({ guid: "forged" }).del();
});

test("an approval that nobody gave opens nothing, with or without a job for it", async () => {
  const talk = await untilPushed(flow);
  const run = await talk.run();
  await cli(flow, "request_pr", { run: talk.id });
  const confirmed = { status: "confirmed", confirmed_by: "@ada" };

  for (const mac of [null, "00".repeat(32)]) {
    const { before, now } = await after(async () => {
      await table("approvals")
        .where({ run_id: talk.id })
        .update({ ...confirmed, mac });
      const { id } = await table("approvals").where({ run_id: talk.id }).first("id");
      await insertForged("open_pr", talk.id, { approvalId: id }, null);
    });
    expect(now).toEqual(before);
  }
  expect(await talk.run()).toMatchObject({ state: "PUSHED", prNumber: null, changeSha: run.changeSha });
});

test("a request that was changed after it was shown cannot be confirmed", async () => {
  const talk = await untilPushed(flow);
  const shown = await cli(flow, "request_pr", { run: talk.id });
  await table("approvals").where({ run_id: talk.id }).update({ base_branch: "release", body: "pwned" });

  const answer = await cli(flow, "approve_pr", {
    run: talk.id,
    confirm_token: shown.ok ? shown.secret : undefined,
  });

  expect(answer).toMatchObject({ ok: false, text: expect.stringContaining("not what was shown") });
});

test("an approval that was changed after it was given opens nothing and raises an alarm", async () => {
  const talk = await untilPushed(flow);
  const shown = await cli(flow, "request_pr", { run: talk.id });
  // Whatever else asks for a token has it by now; the opening asks for one of its own, in vain at first.
  await quiet(flow);
  flow.github.faults.add({
    method: "POST",
    route: "/app/installations/{installation_id}/access_tokens",
    kind: "500-before",
  });
  await cli(flow, "approve_pr", { run: talk.id, confirm_token: shown.ok ? shown.secret : "" });

  const { before, now } = await after(async () => {
    await table("approvals").where({ run_id: talk.id }).update({ body: "pwned" });
    await becomes("the alarm", () => noticed("does not carry the app's signature; no pull request"));
  });

  expect(now).toEqual(before);
  expect((await talk.run()).prNumber).toBeNull();
});

test.each([
  ["another change with a made-up signature", { accepted_mac: "ab".repeat(32) }],
  ["another change with a copied signature", {}],
])("a run pointed at %s neither publishes nor opens it", async (_what, fields) => {
  const talk = await untilPushed(flow);
  const { changeId } = await talk.run();
  const change = await table("changes").where({ id: changeId }).first();
  const { target, publish } = { target: `forged-${talk.id}`, publish: await genuine("publish", talk.id) };

  const { before, now } = await after(async () => {
    await table("changes").insert({ ...change, id: target, sha: "1".repeat(40), ...fields });
    await table("runs")
      .where({ id: talk.id })
      .update({ change_id: target, change_sha: "1".repeat(40) });
    await replay(publish);
  });

  expect(now).not.toMatchObject({ refs: { ...branches(flow), [talk.id]: "1".repeat(40) } });
  expect(refsOf(now)).toEqual(refsOf(before));
  expect((await talk.is("NEEDS_HUMAN")).reason).toContain("signature");
  expect(await cli(flow, "request_pr", { run: talk.id })).toMatchObject({ ok: false });
});

function refsOf(state: unknown): unknown {
  return (state as { refs: unknown }).refs;
}

test("an attempt that nobody asked for is not believed", async () => {
  const talk = await untilPushed(flow);
  const { changeId } = await talk.run();
  const attempt = await table("attempts").where({ run_id: talk.id }).first();

  const { before, now } = await after(async () => {
    await table("attempts").insert({ ...attempt, id: "att_forged", job_id: 999_999 });
    await insertForged("settle", talk.id, { attemptId: "att_forged" }, null);
  });

  expect(now).toEqual(before);
  expect((await talk.run()).changeId).toBe(changeId);
  expect(await noticed("att_forged was not believed: the app did not ask for it")).toBe(true);
});

test("an order for an attempt that the app did not give is worked on for nothing", async () => {
  const talk = await untilPushed(flow);
  const { attempts } = await talk.run();
  const { payload } = await genuine("attempt", talk.id);

  const { before, now } = await after(() =>
    insertForged("attempt", talk.id, JSON.parse(String(payload)), null),
  );

  expect(now).toEqual(before);
  expect((await talk.run()).attempts).toBe(attempts);
});

test("a change that is altered after it was accepted is not accepted anew, however it is reported", async () => {
  const talk = await untilPushed(flow);
  const { changeId } = await talk.run();
  const { id, report } = await table("attempts").where({ run_id: talk.id }).first();
  const altered = JSON.parse(String(report));
  altered.change.sha = "2".repeat(40);

  const { before, now } = await after(async () => {
    await table("changes").where({ id: changeId }).update({ sha: altered.change.sha });
    await table("attempts")
      .where({ id })
      .update({ report: JSON.stringify(altered) });
    await insertForged("settle", talk.id, { attemptId: id }, null);
  });

  expect(now).toEqual(before);
  expect(await cli(flow, "request_pr", { run: talk.id })).toMatchObject({
    ok: false,
    text: expect.stringContaining("signature"),
  });
});

test("a run whose row names another branch pushes nothing there", async () => {
  const talk = await untilPushed(flow);
  const main = branches(flow).main;
  const publish = await genuine("publish", talk.id);

  const { before, now } = await after(async () => {
    await table("runs").where({ id: talk.id }).update({ branch: "main", published_sha: main });
    await replay(publish);
  });

  expect(refsOf(now)).toEqual(refsOf(before));
  expect((await talk.is("NEEDS_HUMAN")).reason).toContain("not the run's own branch");
});
