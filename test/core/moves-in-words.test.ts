import { expect, test } from "@jest/globals";
import { wouldMove } from "../../src/core/moves-in-words.ts";
import { STATES } from "../../src/core/run.ts";
import { runIn, runWithPr } from "./sample-run.ts";

test.each(STATES)(
  "what would move a run that is %s is said in words, never by the name of an event",
  (state) => {
    const said = [runIn(state), runWithPr(state)].flatMap(wouldMove);

    expect(said.filter((words) => !words.includes(" "))).toEqual([]);
  },
);

test("a paused run says that it can be resumed and cancelled, and one that is done says nothing", () => {
  expect(wouldMove(runIn("PAUSED"))).toEqual(
    expect.arrayContaining([expect.stringContaining("/agentpr resume")]),
  );
  expect(wouldMove(runIn("DONE"))).toEqual([]);
});
