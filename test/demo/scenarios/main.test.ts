import { expect, test } from "@jest/globals";
import { isolation, MERGED, playDemo, summaryOf } from "../../support/flow-demo.ts";
import { cases } from "../../support/proof.ts";

test.each<readonly [string, string, number]>(
  // One review, one template, and no attempt that failed: two questions, and by the rules none.
  cases({ always: [["sqlite", "hybrid", 2]], inProof: [["postgres", "rules", 0]] }),
)(
  "on %s the main job goes from an issue to a merged pull request, with the real Codex, decided by %s",
  async (db, mode, questions) => {
    const demo = await playDemo(["--db", db, "--decision-mode", mode]);

    const summary = summaryOf(demo);
    expect({ said: demo.exitCode === 0 ? "" : demo.said, ...summary }).toMatchObject({
      said: "",
      scenario: "main",
      ...MERGED,
      isolation: await isolation(),
      pr: { merged: true },
      manager_calls: questions,
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
