import { expect, test } from "@jest/globals";
import { isolation, MERGED, playDemo, summaryOf } from "../../support/flow-demo.ts";
import { cases } from "../../support/proof.ts";

test.each(cases({ always: ["sqlite"], inProof: ["postgres"] }))(
  "on %s the main job goes from an issue to a merged pull request, with the real Codex",
  async (db) => {
    const demo = await playDemo(["--db", db]);

    const summary = summaryOf(demo);
    expect({ said: demo.exitCode === 0 ? "" : demo.said, ...summary }).toMatchObject({
      said: "",
      scenario: "main",
      ...MERGED,
      isolation: await isolation(),
      pr: { merged: true },
    });
    expect(summary.states.map(({ state }) => state).filter((state) => state !== "REVIEW_WAIT")).toEqual([
      ...["QUEUED", "EXECUTING", "PUSHED", "CI_WAIT"],
      ...["ITERATING", "CI_WAIT", "ITERATING", "CI_WAIT", "DONE"],
    ]);
    expect(Math.min(...Object.values(summary.api_calls), summary.model_calls)).toBeGreaterThan(0);
    expect(demo.lines.filter(({ type }) => type === "summary")).toHaveLength(1);
  },
  120_000,
);
