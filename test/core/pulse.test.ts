import { expect, test } from "@jest/globals";
import type { Event } from "../../src/core/event.ts";
import { FRUITLESS_MS, failing, readPulse, spinning } from "../../src/core/pulse.ts";
import type { State } from "../../src/core/run.ts";
import { SAMPLES } from "./sample-events.ts";

type At = { event: Event; fromState: State; toState: State; at: number };
const happened = (event: Event, more: Partial<At> = {}): At => ({
  ...{ event, fromState: "EXECUTING", toState: "EXECUTING", at: 0 },
  ...more,
});
const failed = happened(SAMPLES["manager.failed"]);
const decided = (decision: string, at = 0) => happened({ ...SAMPLES["manager.decided"], decision }, { at });
const moved = happened(SAMPLES["human.resumed"], { fromState: "PAUSED" });
const many = (count: number, entry: At) => Array.from({ length: count }, () => entry);

test.each<[string, At[], number, number]>([
  ["nothing has happened", [], 0, 0],
  ["failures in a row are counted", many(3, failed), 3, 0],
  ["something that was done ends their row", [failed, failed, decided("attempt"), failed], 1, 1],
  ["waiting ends nothing, and is nothing", [failed, decided("wait"), failed], 2, 0],
  ["a person who lets it go on ends both rows", [...many(9, decided("attempt")), failed, moved], 0, 0],
  ["a new commit is progress", [...many(9, decided("attempt")), happened(SAMPLES["change.sealed"])], 0, 0],
  ["decisions of long ago do not count", [decided("attempt", -FRUITLESS_MS), decided("attempt", 0)], 0, 1],
])("%s", (_title, entries, failures, fruitless) => {
  expect(readPulse(entries, 0)).toMatchObject({ failures, fruitless });
});

test("the third failure and the tenth fruitless decision stop a run, with the reason", () => {
  const two = readPulse(many(2, failed), 0);
  const three = readPulse(many(3, failed), 0);
  const ten = readPulse(many(10, decided("attempt")), 0);

  expect(failing(two)).toBeNull();
  expect(failing(three)).toBe(
    "3 actions in a row could not be carried out, the last: the repository could not be read",
  );
  expect(spinning(three)).toBeNull();
  expect(spinning(ten)).toContain("10 decisions in 30 minutes");
});
