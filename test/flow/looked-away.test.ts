import { afterAll, afterEach, beforeAll, expect, jest, test } from "@jest/globals";
import { type Flow, greet, raiseFlow } from "../support/flow.ts";
import {
  approve,
  becomes,
  branches,
  merge,
  ours,
  PATH,
  push,
  quiet,
  review,
  setPull,
  setStatus,
  type Talk,
  untilOpened,
  untilPushed,
} from "../support/flow-talk.ts";

jest.setTimeout(60_000);
let flow: Flow;
beforeAll(async () => {
  flow = await raiseFlow({ requiredChecks: ["ci"] });
});
afterEach(() => {
  flow.plan.now = greet;
});
afterAll(() => flow.stop());

/** A fix that touches what it must not, so that a person is asked while the pull request is open. */
async function untilStuck(): Promise<Talk & { pr: number }> {
  const talk = await untilOpened(flow);
  const { publishedSha } = await talk.is("CI_WAIT");
  flow.plan.now = () => ({ files: { ".github/workflows/steal.yml": "on: push\n" } });
  await setStatus(flow, publishedSha ?? "", "failure");
  await talk.is("NEEDS_HUMAN", ({ prOpen }) => prOpen);
  flow.plan.now = greet;
  return talk;
}

/** Does something that GitHub tells us, and waits until that was taken in and everything it asked for is done. */
async function told(event: string, act: () => Promise<void>): Promise<void> {
  const known = async () => (await flow.world.database.knex("inbox").where({ event })).length;
  const before = await known();
  await act();
  await becomes(`news of ${event}`, async () => (await known()) > before);
  await quiet(flow);
}

test("checks that were green before the pull request opened count", async () => {
  const talk = await untilPushed(flow);
  const { publishedSha } = await talk.run();
  await setStatus(flow, publishedSha ?? "", "success");

  await approve(flow, talk);

  await talk.is("REVIEW_WAIT");
});

test("GitHub's own Re-run of our check run makes us look at what nobody told us, and show it again", async () => {
  const talk = await untilOpened(flow);
  const sha = (await talk.is("CI_WAIT")).publishedSha ?? "";
  await quiet(flow);
  const own = [...flow.github.store.checkRuns.values()].find(({ headSha }) => headSha === sha);
  flow.github.faults.add({ webhook: "*", kind: "drop", times: 100 });
  await setStatus(flow, sha, "success");
  flow.github.faults.clear();
  const edits = () =>
    flow.exchanges.filter(
      ({ method, path }) => method === "PATCH" && path.endsWith(`/check-runs/${own?.id}`),
    );
  const before = edits().length;

  await flow.people.ada.post(`${PATH}/check-runs/${own?.id}/rerequest`, {});

  await talk.is("REVIEW_WAIT");
  await becomes("the same once more", async () => edits().length > before);
});

test("a check that turned red while the run was paused is answered after the resume", async () => {
  const talk = await untilOpened(flow);
  const { publishedSha } = await talk.is("CI_WAIT");
  await talk.say("/agentpr pause");
  await told("status", () => setStatus(flow, publishedSha ?? "", "failure"));
  expect((await talk.run()).state).toBe("PAUSED");

  await talk.say("/agentpr resume");

  const fixed = await talk.is("CI_WAIT", ({ iterations }) => iterations === 1);
  expect(fixed.publishedSha).not.toBe(publishedSha);
});

test("a check that turns green by itself while it is being mended ends the mending", async () => {
  const talk = await untilOpened(flow);
  const { publishedSha } = await talk.is("CI_WAIT");
  flow.plan.now = (spec) => ({
    ...greet(spec),
    until: (signal) => new Promise((resolve) => signal.addEventListener("abort", () => resolve())),
  });
  await setStatus(flow, publishedSha ?? "", "failure");
  await talk.is("ITERATING");

  await setStatus(flow, publishedSha ?? "", "success");

  expect(await talk.is("REVIEW_WAIT")).toMatchObject({ publishedSha, attempts: 1 });
});

test("a review that was submitted while the run was paused is answered after the resume", async () => {
  const talk = await untilOpened(flow);
  await talk.is("CI_WAIT");
  await talk.say("/agentpr pause");
  await told("pull_request_review", () => review(flow, talk.pr, "REQUEST_CHANGES"));
  expect((await talk.run()).state).toBe("PAUSED");

  await talk.say("/agentpr resume");

  const { answered } = await talk.is("CI_WAIT", ({ iterations }) => iterations === 1);
  expect(answered).toHaveLength(1);
});

test("a pull request approved and merged while a person was asked is done", async () => {
  const talk = await untilStuck();
  await told("pull_request_review", () => review(flow, talk.pr, "APPROVE"));
  expect((await talk.run()).state).toBe("NEEDS_HUMAN");

  await setStatus(flow, (await talk.run()).publishedSha ?? "", "success");
  await merge(flow, talk.pr);

  expect(await talk.is("DONE")).toMatchObject({ prOpen: false });
});

test("a run that needs a person goes on with the open pull request when it is resumed", async () => {
  const talk = await untilStuck();
  const { publishedSha } = await talk.run();

  expect(await talk.say("/agentpr resume")).toBe("rocket");

  await talk.is("CI_WAIT", (run) => run.publishedSha !== publishedSha);
});

test("a merge ends the run, whoever merges and whenever", async () => {
  const talk = await untilOpened(flow);
  const { publishedSha } = await talk.is("CI_WAIT");
  await setStatus(flow, publishedSha ?? "", "success");
  await talk.is("REVIEW_WAIT");

  await merge(flow, talk.pr);

  await talk.is("DONE");
  await becomes("the sticky comment", async () =>
    (await ours(flow, talk.issue, "sticky")).some(({ body }) => body.includes("It is merged")),
  );
  expect(await talk.say("/agentpr retry")).toBe("confused");
  expect(await talk.say("/agentpr cancel")).toBe("confused");
});

test("a closed pull request ends the run; a retry is refused, and reopening it goes on", async () => {
  const talk = await untilOpened(flow);
  await talk.is("CI_WAIT");

  await setPull(flow, talk.pr, "closed");
  expect(await talk.is("FAILED")).toMatchObject({ reason: "pr_closed", prOpen: false });
  expect(await talk.say("/agentpr retry")).toBe("confused");
  await becomes("the reason", async () =>
    (await ours(flow, talk.issue, "reply")).some(({ body }) => body.includes("make a new run")),
  );
  await setPull(flow, talk.pr, "open");

  expect(await talk.is("CI_WAIT")).toMatchObject({ reason: null, prOpen: true });
  await setPull(flow, talk.pr, "closed");
  await talk.is("FAILED");
});

test("somebody else's push to the branch stops the run, and nothing of theirs is overwritten", async () => {
  const talk = await untilOpened(flow);
  const { branch } = await talk.is("CI_WAIT");

  const theirs = await push(flow, { branch, files: { "by-hand.txt": "mine\n" } });

  const stopped = await talk.is("NEEDS_HUMAN");
  expect(stopped.reason).toContain("somebody else moved");
  await talk.say("/agentpr retry");
  await talk.is("NEEDS_HUMAN", ({ epoch }) => epoch > stopped.epoch);
  await quiet(flow);
  expect(branches(flow)[branch]).toBe(theirs);
});
