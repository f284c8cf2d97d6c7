import { expect, jest, test } from "@jest/globals";
import { DEFAULT_POLICY, type Limits } from "../../src/core/policy.ts";
import { type Flow, raiseFlow } from "../support/flow.ts";
import { answers, spend } from "../support/flow-budget.ts";
import { ask, cli } from "../support/flow-talk.ts";

jest.setTimeout(60_000);

/** An installation with 20,000 tokens a day for whom the limit is about. */
async function limited(scope: keyof Omit<Limits, "run">, work: (flow: Flow) => Promise<void>): Promise<void> {
  const limits = { ...DEFAULT_POLICY.limits, [scope]: { tokens: 20_000, cost_usd: 0 } };
  const flow = await raiseFlow({ policy: { limits } });
  try {
    await work(flow);
  } finally {
    await flow.stop();
  }
}

test("an admin of a repository lifts its day, for all its runs, and tomorrow that is gone", () =>
  limited("repository_day", async (flow) => {
    spend(flow, 20_000);
    await (await ask(flow)).is("PUSHED");
    const talk = await ask(flow);
    expect(await talk.is("NEEDS_HUMAN")).toMatchObject({
      attempts: 0,
      reason: "budget: today the repository's runs have used 20 k of 20 k tokens",
    });

    const allowances = spend(flow, 1_000);
    expect(await talk.say("/agentpr retry --budget +20k")).toBe("rocket");
    await talk.is("PUSHED");
    await (await ask(flow)).is("PUSHED");
    const { knex } = flow.world.database;
    for (const table of ["spending", "lifts"]) await knex(table).decrement("day", 1);
    await (await ask(flow)).is("PUSHED");

    expect(allowances.map(({ tokens }) => tokens)).toEqual([10_000, 10_000, 5_000]);
  }));

test("the day of all runs is lifted by the operator alone", () =>
  limited("day", async (flow) => {
    spend(flow, 20_000);
    await (await ask(flow)).is("PUSHED");
    const talk = await ask(flow);
    expect((await talk.is("NEEDS_HUMAN")).reason).toBe(
      "budget: today all runs together have used 20 k of 20 k tokens",
    );

    expect(await talk.say("/agentpr retry --budget +20k")).toBe("confused");
    expect(await answers(flow, talk)).toContain("lifts it on the command line");
    expect(await cli(flow, "retry", { run: talk.id, budget: "+20k" })).toMatchObject({ ok: true });

    await talk.is("PUSHED");
  }));
