import { expect, test } from "@jest/globals";
import { isolation, MERGED, playDemo, summaryOf } from "../../support/flow-demo.ts";

test("a runner and an app that are killed at the worst moments leave one of everything", async () => {
  const demo = await playDemo(["--scenario", "crash"]);

  if ((await isolation()) === "none") {
    expect(demo).toMatchObject({ exitCode: 1, lines: [], stderr: expect.stringContaining("needs the box") });
    return;
  }
  expect({ said: demo.exitCode === 0 ? "" : demo.said, ...summaryOf(demo) }).toMatchObject({
    said: "",
    scenario: "crash",
    ...MERGED,
    isolation: "box",
    pr: { merged: true },
  });
  expect(demo.said.match(/SIGKILL/g)).toHaveLength(3);
}, 120_000);
