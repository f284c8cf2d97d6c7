import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { type Flow, raiseFlow } from "../support/flow.ts";
import { branches, merge, ours, pulls, review, setStatus, untilOpened } from "../support/flow-talk.ts";

jest.setTimeout(60_000);
let flow: Flow;
beforeAll(async () => {
  flow = await raiseFlow({ requiredChecks: ["ci"] });
});
afterAll(() => flow.stop());

test("from an issue to a merged pull request, with a red check and a reviewer's wish on the way", async () => {
  const talk = await untilOpened(flow);
  const first = await talk.is("CI_WAIT");

  await setStatus(flow, first.publishedSha ?? "", "failure");
  const fixed = await talk.is("CI_WAIT", ({ iterations }) => iterations === 1);
  await setStatus(flow, fixed.publishedSha ?? "", "success");
  await talk.is("REVIEW_WAIT");
  await review(flow, talk.pr, "REQUEST_CHANGES");
  const answered = await talk.is("CI_WAIT", ({ iterations }) => iterations === 2);
  await setStatus(flow, answered.publishedSha ?? "", "success");
  await talk.is("REVIEW_WAIT");
  await review(flow, talk.pr, "APPROVE");
  await merge(flow, talk.pr);

  const done = await talk.is("DONE");
  expect(done).toMatchObject({ attempts: 3, prOpen: false });
  expect(await pulls(flow)).toHaveLength(1);
  expect(Object.keys(branches(flow))).toEqual([done.branch, "main"]);
  expect(await ours(flow, talk.issue, "sticky")).toHaveLength(1);
});
