import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import type { Flow, People } from "../support/flow.ts";
import { noticesOf, poll, raiseFork, untilOpened } from "../support/flow-fork.ts";
import { cli, comments, PATH, quiet } from "../support/flow-talk.ts";

jest.setTimeout(60_000);
let flow: Flow;
beforeAll(async () => {
  flow = await raiseFork();
});
afterAll(() => flow.stop());

async function opened() {
  const talk = await untilOpened(flow);
  await talk.is("REVIEW_WAIT");
  await poll(flow);
  return talk;
}

function say(who: keyof People, pr: number, body: string) {
  return flow.people[who].post(`${PATH}/issues/${pr}/comments`, { body });
}

test("a maintainer who says stop pauses the run, and the operator is told", async () => {
  const talk = await opened();
  await say("ada", talk.pr, "Stop, please.");
  await poll(flow);

  const paused = await talk.is("PAUSED");
  await quiet(flow);

  expect(paused.reason).toBe("@ada (collaborator) objects: Stop, please.");
  expect((await noticesOf(flow, talk)).at(-1)).toMatchObject({
    priority: "high",
    text: expect.stringContaining("@ada (collaborator) objects: Stop, please."),
  });
});

test("an operator who goes on all the same is not stopped by the same words again", async () => {
  const talk = await opened();
  await say("grace", talk.pr, "We don't accept AI contributions here.");
  await poll(flow);
  await talk.is("PAUSED");

  await cli(flow, "resume", { run: talk.id });
  await talk.is("REVIEW_WAIT");
  await say("wren", talk.pr, "Fine by me.");
  await poll(flow);

  expect((await talk.run()).state).toBe("REVIEW_WAIT");
});

test("a label does the same", async () => {
  const talk = await opened();
  await flow.people.ada.post(`${PATH}/issues/${talk.pr}/labels`, { labels: ["do-not-merge"] });
  await poll(flow);

  expect((await talk.is("PAUSED")).reason).toBe("the pull request is labelled do-not-merge");
});

test("a review that says so pauses instead of asking for a change", async () => {
  const talk = await opened();
  const body = "No bots, thank you.";
  await flow.people.grace.post(`${PATH}/pulls/${talk.pr}/reviews`, { event: "REQUEST_CHANGES", body });
  await poll(flow);

  expect((await talk.is("PAUSED")).reason).toContain("No bots, thank you.");
  expect((await talk.run()).iterations).toBe(0);
});

test("strangers stop nothing, their reviews ask for nothing, and nobody upstream commands", async () => {
  const talk = await opened();
  await say("mallory", talk.pr, "Stop, please.");
  await say("ada", talk.pr, "/agentpr cancel");
  await flow.people.mallory.post(`${PATH}/pulls/${talk.pr}/reviews`, {
    event: "REQUEST_CHANGES",
    body: "Louder.",
  });
  await poll(flow);

  expect(await talk.run()).toMatchObject({ state: "REVIEW_WAIT", iterations: 0 });
  expect((await comments(flow, talk.pr)).map(({ login }) => login)).toEqual(["mallory", "ada"]);
});
