import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import type { Delivery } from "../../demo/github/store/store.ts";
import { enqueue } from "../../src/engine/enqueue.ts";
import { type Flow, raiseFlow } from "../support/flow.ts";
import {
  becomes,
  comment,
  merge,
  openIssue,
  ours,
  quiet,
  runsOn,
  setStatus,
  type Talk,
  untilOpened,
} from "../support/flow-talk.ts";
import { loseNews } from "../support/missed-news.ts";

jest.setTimeout(120_000);
let flow: Flow;
let red: Talk & { pr: number };
let merged: Talk & { pr: number };
beforeAll(async () => {
  flow = await raiseFlow({ requiredChecks: ["ci"], maxPayloadBytes: 100_000 });
  flow.plan.now = ({ runId, attempt }) => ({ files: { [`greetings/${runId}.txt`]: `hello ${attempt}\n` } });
  [red, merged] = await Promise.all([untilOpened(flow, "red"), untilOpened(flow, "merged")]);
  await Promise.all([red.is("CI_WAIT"), merged.is("CI_WAIT")]);
  await quiet(flow);
});
afterAll(() => flow.stop());

const NOBODY = "http://127.0.0.1:1/";

/** What an app asks for when it starts, and by the clock. */
function comeRound(kind: "patrol" | "heal"): Promise<void> {
  return flow.world.database.transaction((trx) =>
    enqueue(flow.world, trx, { kind, runId: null, payload: {}, key: kind, once: "queued" }),
  );
}

const deliveries = () => [...flow.github.store.deliveries.values()];

test("an app that was down for an hour recovers all that happened: what failed is delivered again, what was lost is seen", async () => {
  await comeRound("heal");
  await quiet(flow);
  flow.github.deliverTo(NOBODY);
  const issue = await openIssue(flow, "asked while it was down");
  await comment(flow, "ada", issue, "/agentpr run");
  await setStatus(flow, (await red.run()).publishedSha ?? "", "failure");
  await becomes(
    "failed deliveries",
    async () => deliveries().filter(({ statusCode }) => statusCode === 502).length >= 2,
  );
  const lost = loseNews(flow);
  await setStatus(flow, (await merged.run()).publishedSha ?? "", "success");
  await merge(flow, merged.pr);
  lost();

  flow.github.deliverTo(flow.webhookUrl);
  flow.passTime(3_600_000);
  // Asked for, though we do not hear that it was: the look that begins anew asks again, and that has no second effect.
  const route = "/app/hook/deliveries/{delivery_id}/attempts";
  flow.github.faults.add({ method: "POST", route, kind: "502-after-write" });
  await comeRound("heal");
  await comeRound("patrol");

  await becomes("the run that was asked for", async () => (await runsOn(flow, issue)).length === 1);
  await red.is("CI_WAIT", ({ iterations }) => iterations === 1);
  await merged.is("DONE");
  await comeRound("heal");
  await quiet(flow);
  expect(await runsOn(flow, issue)).toHaveLength(1);
  expect(await red.run()).toMatchObject({ iterations: 1, prOpen: true });
});

test("old deliveries that come after the state has moved change nothing, under their own GUID or another", async () => {
  await quiet(flow);
  const before = await Promise.all([red, merged].map(async (talk) => [await talk.run(), await talk.story()]));
  const said = (await ours(flow, merged.issue, "reply")).length;
  const kinds = ["issue_comment", "status", "pull_request"];
  const old = deliveries().filter(({ event, statusCode }) => kinds.includes(event) && statusCode === 202);
  expect(old.length).toBeGreaterThan(3);

  for (const delivery of old) expect(await deliver(delivery, {})).toBe(200);
  for (const delivery of old)
    expect(await deliver(delivery, { "x-github-delivery": randomUUID() })).toBe(202);
  await becomes(
    "all taken in",
    async () => !(await flow.world.database.knex("inbox").where({ status: "waiting" }).first("guid")),
  );
  await quiet(flow);

  const after = await Promise.all([red, merged].map(async (talk) => [await talk.run(), await talk.story()]));
  expect(after).toEqual(before);
  expect(await ours(flow, merged.issue, "reply")).toHaveLength(said);
});

async function deliver(
  { requestHeaders, payload }: Delivery,
  headers: Record<string, string>,
): Promise<number> {
  const sent = new Headers(requestHeaders);
  for (const [name, value] of Object.entries(headers)) sent.set(name, value);
  return (await fetch(flow.webhookUrl, { method: "POST", headers: sent, body: payload })).status;
}

test("what is too large gets 413, is remembered by its GUID and answered by a look at the repository, not asked for again", async () => {
  const filler = "x".repeat(60_000);
  const { number } = await flow.people.ada.post<{ number: number }>(`/repos/tidy/greeter/issues`, {
    title: "Long",
    body: filler,
  });
  const asked = () => flow.exchanges.filter(({ path }) => path.endsWith("/attempts")).length;
  const before = asked();
  await comment(flow, "ada", number, `/agentpr run\n\n${filler}`);
  const { guid } = await becomes("a refusal", async () =>
    deliveries().find(({ statusCode }) => statusCode === 413),
  );

  await comeRound("heal");

  const row = await becomes("the memory of it", () =>
    flow.world.database.knex("inbox").where({ guid }).first(),
  );
  expect(row).toMatchObject({ event: "unread", payload: null, note: expect.stringContaining("too large") });
  await becomes("the look", () =>
    flow.world.database
      .knex("jobs")
      .where({ kind: "sync", run_id: red.id })
      .where("created_at", ">=", row.received_at)
      .first("id"),
  );
  await comeRound("heal");
  await quiet(flow);
  expect(asked()).toBe(before);
  expect(await runsOn(flow, number)).toEqual([]);
});
