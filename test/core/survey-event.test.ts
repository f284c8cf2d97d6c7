import { expect, test } from "@jest/globals";
import type { GateFacts } from "../../src/core/gate.ts";
import { surveyEvent } from "../../src/core/survey-event.ts";
import { sampleChange } from "./sample-report.ts";
import { HEAD, OTHER, runIn } from "./sample-run.ts";

type Around = Exclude<GateFacts["surroundings"], null>;
const SEEN: Around = { kind: "seen", base: "same", head: HEAD, archived: false, otherPull: null };

test.each<[what: string, publishedSha: string | null, around: Around | null, told: string | null]>([
  ["all as we left it", HEAD, SEEN, null],
  ["nothing that could be seen", HEAD, { kind: "unknown", why: "no answer" }, null],
  ["nobody who looked", HEAD, null, null],
  ["a base that moved elsewhere", HEAD, { ...SEEN, base: "apart" }, null],
  ["a base that moved in the same files", HEAD, { ...SEEN, base: "same_files" }, "change.stale"],
  ["a branch that is not there yet", null, { ...SEEN, head: null }, null],
  ["a branch that somebody deleted", HEAD, { ...SEEN, head: null }, "run.escalated"],
  ["a branch at somebody's commit", HEAD, { ...SEEN, head: OTHER }, "run.escalated"],
  ["somebody's branch of the run's name", null, { ...SEEN, head: OTHER }, "run.escalated"],
])("%s", (_what, publishedSha, surroundings, told) => {
  const run = runIn("PUSHED", { publishedSha });

  expect(surveyEvent({ run, change: sampleChange(), surroundings })?.type ?? null).toBe(told);
});
