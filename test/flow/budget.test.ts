import { afterAll, afterEach, beforeAll, expect, jest, test } from "@jest/globals";
import { DEFAULT_POLICY } from "../../src/core/policy.ts";
import { type Flow, greet, raiseFlow } from "../support/flow.ts";
import { answers, openReservations, spend, sticky } from "../support/flow-budget.ts";
import { ask, becomes } from "../support/flow-talk.ts";

jest.setTimeout(60_000);
const { limits } = DEFAULT_POLICY;
let flow: Flow;
beforeAll(async () => {
  flow = await raiseFlow({ policy: { limits: { ...limits, run: { ...limits.run, tokens: 10_000 } } } });
});
afterEach(() => {
  flow.plan.now = greet;
});
afterAll(() => flow.stop());

test("a run over its tokens goes to a person with the figure, and an admin's lift lets it go on", async () => {
  const allowances = spend(flow, 7_000, ["greets"]);
  const talk = await ask(flow);

  const stuck = await talk.is("NEEDS_HUMAN");

  expect(stuck).toMatchObject({ attempts: 2, reason: "budget: the run has used 14 k of 10 k tokens" });
  expect(allowances.map(({ tokens }) => tokens)).toEqual([10_000, 3_000]);
  expect(await sticky(flow, talk)).toContain("the run has used 14 k of 10 k tokens");
  expect(await sticky(flow, talk)).toContain("/agentpr retry --budget +N");
  expect(await sticky(flow, talk)).toContain("left to the run: 0 tokens of 10 k tokens");

  expect(await talk.say("/agentpr retry --budget +50k", "wren")).toBe("confused");
  expect(await talk.say("/agentpr retry --budget +1k", "grace")).toBe("confused");
  expect(await talk.say("/agentpr retry --budget +$5", "grace")).toBe("confused");
  expect(await talk.say("/agentpr retry --budget lots", "grace")).toBe("confused");
  const refused = await answers(flow, talk);
  expect(refused).toContain("needs the admin tier");
  expect(refused).toContain("would not be enough");
  expect(refused).toContain("no limit is used up that");
  expect(refused).toContain("is no amount to add");
  expect((await talk.run()).state).toBe("NEEDS_HUMAN");

  const later = spend(flow, 2_000);
  expect(await talk.say("/agentpr retry --budget +50k", "grace")).toBe("rocket");
  await talk.is("PUSHED");
  expect(later.map(({ tokens }) => tokens)).toEqual([46_000]);
  expect((await talk.story()).filter((type) => type === "budget.lifted")).toHaveLength(1);
  expect(await talk.say("/agentpr status")).toBe("rocket");
  expect(await answers(flow, talk)).toContain("44 k tokens of 60 k tokens");
  expect(await talk.say("/agentpr budget")).toBe("rocket");
  expect(await answers(flow, talk)).toContain("attempts in a row");
  expect(await openReservations(flow)).toBe(0);
});

test("a plain retry of a run over its budget comes back with the same figure", async () => {
  spend(flow, 12_000, ["greets"]);
  const talk = await ask(flow);
  const stuck = await talk.is("NEEDS_HUMAN");

  expect(await talk.say("/agentpr retry")).toBe("rocket");

  await talk.is("NEEDS_HUMAN", ({ epoch }) => epoch > stuck.epoch);
  expect(await talk.run()).toMatchObject({ attempts: 1, reason: stuck.reason });
});

test("an attempt that was called off gives back what was reserved for it", async () => {
  const begun = Promise.withResolvers<void>();
  flow.plan.now = (spec) => ({
    ...greet(spec),
    until: (signal) => {
      begun.resolve();
      return new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
    },
  });
  const talk = await ask(flow);
  await begun.promise;
  expect(await openReservations(flow)).toBe(1);

  expect(await talk.say("/agentpr pause")).toBe("rocket");
  await becomes("the settled reservation", async () => (await openReservations(flow)) === 0);

  const allowances = spend(flow, 1_000);
  expect(await talk.say("/agentpr resume")).toBe("rocket");
  await talk.is("PUSHED");
  expect(allowances.map(({ tokens }) => tokens)).toEqual([10_000]);
});
