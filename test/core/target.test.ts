import { expect, test } from "@jest/globals";
import { reduce } from "../../src/core/reduce.ts";
import { OVER, type Run, STATES, type State } from "../../src/core/run.ts";
import { resumeTarget, retryTarget } from "../../src/core/target.ts";
import { OTHER, runIn, runWithPr } from "./sample-run.ts";

const CLOSED = { prNumber: 12, prOpen: false };

function resume(run: Run, target: State | null = null): string {
  const found = resumeTarget(run, target);
  return found.ok ? found.state : found.why;
}

function retry(run: Run, target: State | null = null): string {
  const found = retryTarget(run, target);
  return found.ok ? found.state : found.why;
}

test.each<[string, Run, State | null, string]>([
  ["goes back to where it was paused", runIn("PAUSED", { pausedFrom: "EXECUTING" }), null, "EXECUTING"],
  ["goes back to the queue", runIn("PAUSED", { pausedFrom: "QUEUED" }), null, "QUEUED"],
  [
    "goes back to waiting for approval",
    runIn("PAUSED", { pausedFrom: "PUSHED", changeId: "c" }),
    null,
    "PUSHED",
  ],
  ["goes back to a person's desk", runIn("PAUSED", { pausedFrom: "NEEDS_HUMAN" }), null, "NEEDS_HUMAN"],
  ["reads the checks anew first", runWithPr("PAUSED", { pausedFrom: "REVIEW_WAIT" }), null, "CI_WAIT"],
  ["goes on iterating", runWithPr("PAUSED", { pausedFrom: "ITERATING" }), null, "ITERATING"],
  [
    "follows a pull request that opened meanwhile",
    runWithPr("PAUSED", { pausedFrom: "PUSHED" }),
    null,
    "CI_WAIT",
  ],
  [
    "goes back to waiting for its push",
    runWithPr("PAUSED", { pausedFrom: "PUSHED", publishedSha: OTHER }),
    null,
    "PUSHED",
  ],
  [
    "iterates on its open pull request",
    runWithPr("PAUSED", { pausedFrom: "CI_WAIT" }),
    "EXECUTING",
    "ITERATING",
  ],
  ["executes, for it has no pull request", runIn("PAUSED"), "ITERATING", "EXECUTING"],
  ["may wait for a person instead", runIn("PAUSED"), "NEEDS_HUMAN", "NEEDS_HUMAN"],
])("a resumed run %s", (_title, run, target, state) => expect(resume(run, target)).toBe(state));

test.each<[string, Run, State, RegExp]>([
  ["PUSHED without a sealed change", runIn("PAUSED"), "PUSHED", /needs a sealed change/],
  ["CI_WAIT without a pull request", runIn("PAUSED"), "CI_WAIT", /no open pull request/],
  ["REVIEW_WAIT without a pull request", runIn("PAUSED"), "REVIEW_WAIT", /no open pull request/],
  ["CI_WAIT with a closed one", runIn("PAUSED", CLOSED), "CI_WAIT", /no open pull request/],
  ["DONE", runWithPr("PAUSED"), "DONE", /reached by a merge/],
  ["FAILED", runIn("PAUSED"), "FAILED", /cancel the run instead/],
  ["PAUSED", runIn("PAUSED"), "PAUSED", /to be resumed/],
  ["QUEUED after work began", runIn("PAUSED", { attempts: 1 }), "QUEUED", /has begun/],
])("nobody resumes into %s", (_title, run, target, why) => expect(resume(run, target)).toMatch(why));

test.each(STATES.filter((state) => state !== "EXECUTING" && state !== "ITERATING"))(
  "a retry cannot be asked to end in %s",
  (state) => {
    expect(retry(runIn("FAILED"), state)).toBe(
      `a retry always begins a new attempt: its target is EXECUTING, not ${state}`,
    );
    expect(resume(runWithPr("NEEDS_HUMAN"), state)).toContain(`its target is ITERATING, not ${state}`);
  },
);

test("a failed run whose pull request was closed is not retried", () => {
  expect(retry(runIn("FAILED", CLOSED))).toMatch(/make a new run/);
  expect(retry(runWithPr("FAILED"))).toBe("ITERATING");
});

test("no target that is accepted skips work", () => {
  const runs = [runIn("PAUSED"), runWithPr("PAUSED"), runIn("PAUSED", CLOSED), runIn("NEEDS_HUMAN")];
  for (const run of runs)
    for (const target of STATES) {
      const verdict = reduce(run, { type: "human.resumed", by: "ada", target });
      if (verdict.kind === "refused") continue;
      const { state, prOpen, changeId } = verdict.run;
      expect(OVER.has(state)).toBe(false);
      if (state === "CI_WAIT" || state === "REVIEW_WAIT" || state === "ITERATING") expect(prOpen).toBe(true);
      if (state === "PUSHED") expect(changeId).not.toBeNull();
    }
});
