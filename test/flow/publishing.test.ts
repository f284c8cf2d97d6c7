import { afterEach, expect, jest, test } from "@jest/globals";
import { type Flow, type FlowOptions, raiseFlow } from "../support/flow.ts";
import { approve, ask, branches, push, quiet, untilPushed } from "../support/flow-talk.ts";

jest.setTimeout(60_000);
const raised: Flow[] = [];
afterEach(() => Promise.all(raised.splice(0).map((flow) => flow.stop())));

async function raise(options: FlowOptions): Promise<Flow> {
  const flow = await raiseFlow(options);
  raised.push(flow);
  return flow;
}

function workflow(on: string): Record<string, string> {
  return {
    ".github/workflows/ci.yml": `on: ${on}\njobs: { test: { runs-on: x, steps: [{ run: "true" }] } }\n`,
  };
}

test.each(["push", "{ create: {} }"])(
  "where a workflow starts on: %s, nothing is pushed before the approval",
  async (on) => {
    const flow = await raise({ files: workflow(on) });
    const talk = await ask(flow);
    const { branch, changeSha } = await talk.is("PUSHED");
    await quiet(flow);
    expect(Object.keys(branches(flow))).toEqual(["main"]);
    expect((await talk.run()).publishedSha).toBeNull();

    await approve(flow, talk);

    const { publishedSha } = await talk.is("CI_WAIT");
    expect(publishedSha).toBe(changeSha);
    expect(branches(flow)[branch]).toBe(changeSha);
  },
);

test.each([
  "pull_request",
  "{ push: { branches: [main] } }",
  "{ push: { branches-ignore: ['agentpr/**'] } }",
])("where workflows start only on: %s, the branch is pushed when the change is ready", async (on) => {
  const flow = await raise({ files: workflow(on) });

  const talk = await untilPushed(flow);

  const { branch, changeSha, prNumber } = await talk.run();
  expect(branches(flow)[branch]).toBe(changeSha);
  expect(prNumber).toBeNull();
});

test("a workflow that is added to the base later is seen by the next attempt", async () => {
  const flow = await raise({});
  await push(flow, { branch: "main", files: workflow("push") });

  const talk = await ask(flow);

  await talk.is("PUSHED");
  await quiet(flow);
  expect(Object.keys(branches(flow))).toEqual(["main"]);
});

test.each([
  ["never", undefined, false],
  ["always", workflow("push"), true],
] as const)("publish_before_approval: %s overrules the workflows", async (when, files, pushed) => {
  const flow = await raise({ policy: { publish_before_approval: when }, ...(files ? { files } : {}) });
  const talk = await ask(flow);
  const { branch } = await talk.is("PUSHED");
  await quiet(flow);

  expect(branch in branches(flow)).toBe(pushed);
});

test("somebody else's branch of the same name shuts the gate, is left alone, and a person is asked", async () => {
  const flow = await raise({ policy: { publish_before_approval: "never" } });
  const talk = await ask(flow);
  const { branch } = await talk.is("PUSHED");
  const theirs = await push(flow, { branch: "main", files: { "x.txt": "x\n" }, to: branch });

  expect(await talk.say("/agentpr request-pr")).toBe("confused");

  expect((await talk.is("NEEDS_HUMAN")).reason).toContain("somebody else moved");
  expect(branches(flow)[branch]).toBe(theirs);
});
