import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, jest, test } from "@jest/globals";
import type { Fault } from "../../demo/github/faults.ts";
import { enqueue } from "../../src/engine/enqueue.ts";
import { signatureOf } from "../github/app/sender.ts";
import { type Flow, greet, raiseFlow } from "../support/flow.ts";
import {
  approveByCode,
  ask,
  becomes,
  branches,
  cli,
  comment,
  merge,
  openIssue,
  ours,
  PATH,
  pulls,
  quiet,
  reactions,
  runsOn,
  talkOf,
  untilOpened,
  untilPushed,
} from "../support/flow-talk.ts";
import { counts, PATIENCE_MS, rounds } from "../support/proof.ts";

jest.setTimeout(60_000);
let flow: Flow;
beforeAll(async () => {
  flow = await raiseFlow();
});
afterEach(() => flow.github.faults.clear());
afterAll(() => flow.stop());

const NOBODY = "http://127.0.0.1:1/";
const COMMENTS = "/repos/{owner}/{repo}/issues/{issue_number}/comments";
const LOST_ANSWERS = ["502-after-write", "close-after-write"] as const;

test("a comment whose answer was lost is there once", async () => {
  const kind = "502-after-write";
  const issue = await openIssue(flow);
  await comment(flow, "ada", issue, "/agentpr run");
  flow.github.faults.add({ method: "POST", route: COMMENTS, kind });

  const [run] = await becomes("the run", async () => {
    const runs = await runsOn(flow, issue);
    return runs.length > 0 && runs;
  });
  await talkOf(flow, run?.id ?? "", issue).is("PUSHED");
  await becomes("the sticky comment", async () =>
    (await ours(flow, issue, "sticky")).some(({ body }) => body.includes("waiting for a person")),
  );
  expect(await ours(flow, issue, "sticky")).toHaveLength(1);
});

test("an answer that was posted though we did not hear of it is there once", async () => {
  const kind = "close-after-write";
  const talk = await untilPushed(flow);
  const id = await comment(flow, "ada", talk.issue, "/agentpr status");
  flow.github.faults.add({ method: "POST", route: COMMENTS, kind });
  await becomes("the end", async () => (await reactions(flow, id)).includes("rocket"));
  await becomes("the retry", () =>
    flow.world.database.knex("jobs").where({ kind: "reply", tries: 2 }).first("id"),
  );
  await quiet(flow);

  expect(await ours(flow, talk.issue, "reply")).toHaveLength(1);
  await flow.world.database.knex("jobs").where({ kind: "reply" }).del();
});

test.each(LOST_ANSWERS)("%s: a check run and a pull request are made once", async (kind) => {
  flow.github.faults.add({ method: "POST", route: "/repos/{owner}/{repo}/check-runs", kind });
  const talk = await untilPushed(flow);
  flow.github.faults.add({ method: "POST", route: "/repos/{owner}/{repo}/pulls", kind });
  await approveByCode(flow, talk);

  const run = await talk.is("REVIEW_WAIT");
  await becomes("an end of reporting", async () => {
    await quiet(flow);
    return (await ownChecks(run.publishedSha ?? "")).some(({ conclusion }) => conclusion === "success");
  });
  expect(await ownChecks(run.publishedSha ?? "")).toHaveLength(1);
  expect((await pulls(flow)).filter(({ head }) => head.ref === run.branch)).toHaveLength(1);
});

async function ownChecks(sha: string): Promise<{ conclusion: string }[]> {
  const path = `${PATH}/commits/${sha}/check-runs?filter=all`;
  return (await flow.people.ada.get<{ check_runs: { conclusion: string }[] }>(path)).check_runs;
}

test("a GitHub that fails before it does anything is asked again", async () => {
  const faults: Fault[] = [
    { method: "POST", route: "/repos/{owner}/{repo}/pulls", kind: "500-before", times: 2 },
    { method: "POST", route: "/app/installations/{installation_id}/access_tokens", kind: "500-before" },
    { method: "GET", route: "/repos/{owner}/{repo}/pulls/{pull_number}", kind: "close-connection" },
  ];
  for (const fault of faults) flow.github.faults.add(fault);

  const talk = await untilOpened(flow);

  const { branch } = await talk.is("REVIEW_WAIT");
  expect((await pulls(flow)).filter(({ head }) => head.ref === branch)).toHaveLength(1);
});

test("while GitHub cannot be reached at all, nothing is lost or done twice, and then it goes on by itself", async () => {
  const talk = await untilPushed(flow);
  const methods = ["GET", "POST", "PATCH", "PUT", "DELETE"] as const;
  for (const method of methods)
    flow.github.faults.add({ method, route: "*", kind: "close-connection", times: 1_000 });
  await cli(flow, "pause", { run: talk.id });
  await becomes("several tries in vain", async () => {
    const tried = await flow.world.database.knex("jobs").where({ run_id: talk.id }).where("tries", ">", 1);
    return tried.length > 0;
  });
  expect((await talk.run()).state).toBe("PAUSED");

  flow.github.faults.clear();
  await becomes("the pause on GitHub", async () =>
    (await ours(flow, talk.issue, "sticky")).some(({ body }) => body.includes("agentpr: Paused")),
  );

  expect(await ours(flow, talk.issue, "sticky")).toHaveLength(1);
  await cli(flow, "cancel", { run: talk.id });
});

test(`${rounds(300, 10_000)} webhooks within a minute while runs are at work: none is lost, and the runs go on`, async () => {
  const goOn = Promise.withResolvers<void>();
  flow.plan.now = (spec) => ({ ...greet(spec), until: () => goOn.promise });
  const [first, second] = [await ask(flow), await ask(flow)];
  await first.is("EXECUTING");
  const guids = Array.from({ length: counts({ quick: 300, full: 10_000 }) }, () => randomUUID());
  const waiting = guids.values();
  const began = performance.now();

  const senders = Array.from({ length: 32 }, async () => {
    for (const guid of waiting) expect(await flood(guid)).toBe(202);
  });
  goOn.resolve();
  await Promise.all(senders);

  expect(performance.now() - began).toBeLessThan(60_000);
  flow.plan.now = greet;
  for (const talk of [first, second]) await talk.is("PUSHED");
  const known = await flow.world.database.knex("inbox").where({ event: "status" }).pluck("guid");
  expect(guids.filter((guid) => !known.includes(guid))).toEqual([]);
  await becomes(
    "an empty inbox",
    async () => !(await flow.world.database.knex("inbox").where({ status: "waiting" }).first("guid")),
    PATIENCE_MS * 5,
  );
  for (const talk of [first, second]) await cli(flow, "cancel", { run: talk.id });
}, 240_000);

async function flood(guid: string): Promise<number> {
  const repository = { id: 5, name: "elsewhere", owner: { login: "octo" } };
  const body = JSON.stringify({ repository, installation: { id: 9 }, sha: "0".repeat(40), state: "success" });
  const headers = {
    ...{ "content-type": "application/json", "x-github-event": "status", "x-github-delivery": guid },
    "x-hub-signature-256": signatureOf(body, flow.github.app.webhookSecret),
  };
  const answer = await fetch(flow.webhookUrl, { method: "POST", headers, body });
  await answer.arrayBuffer();
  return answer.status;
}

test("told to leave GitHub alone for a while, nothing is asked until then, and then it goes on", async () => {
  const talk = await untilPushed(flow);
  await quiet(flow);
  const route = "/repos/{owner}/{repo}/issues/comments/{comment_id}";
  flow.github.faults.add({ method: "PATCH", route, kind: "403-secondary", retryAfterSeconds: 2 });
  const before = flow.exchanges.length;

  await cli(flow, "pause", { run: talk.id });
  const told = await becomes("the refusal", async () =>
    flow.exchanges.slice(before).find(({ faulty }) => faulty),
  );
  await becomes("the pause on GitHub", async () =>
    (await ours(flow, talk.issue, "sticky")).some(({ body }) => body.includes("agentpr: Paused")),
  );

  const after = flow.exchanges.slice(flow.exchanges.indexOf(told) + 1);
  const first = after.find(({ actor }) => actor === "installation");
  expect(Date.parse(first?.at ?? "") - Date.parse(told.at)).toBeGreaterThanOrEqual(2_000);
  await cli(flow, "cancel", { run: talk.id });
});

test("webhooks that come twice have one effect", async () => {
  flow.github.faults.add({ webhook: "*", kind: "duplicate", times: 100 });
  const talk = await untilPushed(flow);
  await talk.say("/agentpr status");
  await talk.say("/agentpr request-pr");
  await talk.say(`/agentpr approve ${(await talk.run()).changeSha?.slice(0, 12)}`);
  const { branch, prNumber } = await talk.is("REVIEW_WAIT");
  await merge(flow, prNumber ?? 0);
  await talk.is("DONE");

  await quiet(flow);
  expect(await runsOn(flow, talk.issue)).toHaveLength(1);
  expect(await ours(flow, talk.issue, "reply")).toHaveLength(1);
  expect(await ours(flow, talk.issue, "sticky")).toHaveLength(1);
  expect((await pulls(flow)).filter(({ head }) => head.ref === branch)).toHaveLength(1);
  expect((await talk.story()).filter((type) => type === "pr.merged")).toHaveLength(1);
});

test("a merge of which no webhook came is found by the patrol", async () => {
  const talk = await untilOpened(flow);
  const { prNumber } = await talk.is("REVIEW_WAIT");
  flow.github.faults.add({ webhook: "*", kind: "drop", times: 100 });
  await merge(flow, prNumber ?? 0);
  await quiet(flow);
  expect((await talk.run()).state).toBe("REVIEW_WAIT");
  flow.github.faults.clear();

  flow.world.database.setClockOffset(31 * 60_000);
  await comeRound("patrol");

  await talk.is("DONE");
  flow.world.database.setClockOffset(0);
});

test("the patrol leaves alone what was looked at lately", async () => {
  const talk = await untilOpened(flow);
  await talk.is("REVIEW_WAIT");
  await quiet(flow);
  const before = flow.exchanges.length;

  await comeRound("patrol");
  await quiet(flow);

  expect(flow.exchanges.slice(before).map(({ path }) => path)).toEqual([]);
});

test("a delivery that failed is asked for again, and taken in once", async () => {
  const issue = await openIssue(flow);
  await comeRound("heal");
  await quiet(flow);
  flow.github.deliverTo(NOBODY);
  await comment(flow, "ada", issue, "/agentpr run");
  await becomes("a failed delivery", async () =>
    [...flow.github.store.deliveries.values()].some(
      ({ event, statusCode }) => event === "issue_comment" && statusCode === 502,
    ),
  );
  flow.github.deliverTo(flow.webhookUrl);
  expect(await runsOn(flow, issue)).toEqual([]);

  await comeRound("heal");
  await becomes("the run", async () => (await runsOn(flow, issue)).length === 1);
  await comeRound("heal");
  await quiet(flow);

  expect(await runsOn(flow, issue)).toHaveLength(1);
  const asked = flow.exchanges.map(({ path }) => path).filter((path) => path.endsWith("/attempts"));
  expect(asked).toHaveLength(new Set(asked).size);
});

function comeRound(kind: "patrol" | "heal"): Promise<void> {
  return flow.world.database.transaction((trx) =>
    enqueue(flow.world, trx, { kind, runId: null, payload: {}, key: kind, once: "queued" }),
  );
}

test("an app that is not installed any more pauses its runs and touches nothing", async () => {
  const talk = await ask(flow);
  await talk.is("PUSHED");
  flow.github.install("tidy", { repositories: [] });

  const paused = await talk.is("PAUSED");
  expect(paused.reason).toContain("installation");
  expect(branches(flow)).toHaveProperty(["main"]);
  flow.github.install("tidy");
  await cli(flow, "resume", { run: talk.id });
  await talk.is("PUSHED");
});
