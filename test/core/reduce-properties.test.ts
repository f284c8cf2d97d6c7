import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Event } from "../../src/core/event.ts";
import { reduce } from "../../src/core/reduce.ts";
import { OVER, Run, STATES, type State } from "../../src/core/run.ts";
import { isRequest } from "../../src/core/transitions.ts";
import { runs } from "../support/proof.ts";
import { anyEvent } from "./any-event.ts";
import { SAMPLES } from "./sample-events.ts";
import { runIn, runWithPr } from "./sample-run.ts";

const TIMES = { quick: 200, full: 10_000 };
const WITH_OPEN_PR: readonly State[] = ["CI_WAIT", "REVIEW_WAIT", "ITERATING"];
const BEFORE_PR: readonly State[] = ["QUEUED", "EXECUTING"];

/** What is wrong with a run, whatever happened to it. */
function illegal(run: Run): string[] {
  const { state, pausedFrom, prNumber, prOpen, changeId, iteratingFor } = run;
  const faults: [boolean, string][] = [
    [!Run.safeParse(run).success, "it is no run"],
    [WITH_OPEN_PR.includes(state) && !prOpen, `${state} without an open pull request`],
    [BEFORE_PR.includes(state) && prOpen, `${state} although its pull request is open`],
    [prOpen && prNumber === null, "an open pull request without a number"],
    [state === "PUSHED" && changeId === null, "PUSHED without a sealed change"],
    [(state === "PAUSED") !== (pausedFrom !== null), `paused from ${pausedFrom} while ${state}`],
    [pausedFrom !== null && (OVER.has(pausedFrom) || pausedFrom === "PAUSED"), `paused from ${pausedFrom}`],
    [(state === "ITERATING") !== (iteratingFor !== null), `${state} for ${iteratingFor}`],
    [state === "DONE" && prOpen, "DONE with an open pull request"],
  ];
  return faults.flatMap(([fault, words]) => (fault ? [words] : []));
}

/** A pull request is opened only for a change that waited for approval, so only from there on. */
function canHappen(run: Run, event: Event): boolean {
  if (event.type === "pr.opened")
    return run.changeId !== null && run.state !== "QUEUED" && run.state !== "DONE";
  return !(event.type === "run.created" && run.version > 1);
}

function take(run: Run, event: Event): Run {
  const verdict = reduce(run, event);
  return verdict.kind === "refused" ? run : verdict.run;
}

test("any sequence of events keeps a run legal, its version rising, and refuses requests only", () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
      let run = runIn("QUEUED", { version: 1 });
      for (const event of events) {
        if (!canHappen(run, event)) continue;
        const verdict = reduce(run, event);
        if (verdict.kind === "refused") {
          expect(isRequest(event.type)).toBe(true);
          continue;
        }
        expect(illegal(verdict.run)).toEqual([]);
        expect(verdict.run.version).toBe(run.version + 1);
        expect(verdict.run.epoch).toBe(run.epoch + (verdict.run.state === run.state ? 0 : 1));
        if (verdict.kind === "noted") expect(verdict.run.state).toBe(run.state);
        run = verdict.run;
      }
    }),
    runs(TIMES),
  );
});

test("from any state, a fact of the world is never refused", () => {
  fc.assert(
    fc.property(fc.constantFrom(...STATES), fc.boolean(), anyEvent, (state, withPr, event) => {
      const run = withPr ? runWithPr(state) : runIn(state);
      if (!isRequest(event.type)) expect(reduce(run, event).kind).not.toBe("refused");
    }),
    runs(TIMES),
  );
});

test("causes that come twice, at any later moment, end the same as once", () => {
  const twice = fc.array(fc.tuple(anyEvent, fc.nat(9)), { maxLength: 30 });
  fc.assert(
    fc.property(twice, (happenings) => {
      const once = happenings.map(([event], cause) => ({ event, cause, at: cause }));
      const again = happenings.map(([event, later], cause) => ({ event, cause, at: cause + later }));
      const both = [...once, ...again].toSorted((a, b) => a.at - b.at);
      expect(fold(both)).toEqual(fold(once));
    }),
    runs(TIMES),
  );
});

/** As `advance` does: a cause that was seen before changes nothing, and a refused one was not seen. */
function fold(happenings: readonly { event: Event; cause: number }[]): Run {
  const seen = new Set<number>();
  const refused = new Set<number>();
  let run = runIn("CI_WAIT");
  for (const { event, cause } of happenings) {
    if (seen.has(cause) || refused.has(cause)) continue;
    const verdict = reduce(run, event);
    if (verdict.kind === "refused") refused.add(cause);
    else {
      seen.add(cause);
      run = verdict.run;
    }
  }
  return run;
}

test("a merge anywhere among the facts ends DONE", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...WITH_OPEN_PR),
      fc.array(anyEvent),
      fc.array(anyEvent),
      (state, before, later) => {
        const run = [...before, SAMPLES["pr.merged"], ...later].reduce(take, runIn(state));
        expect(run.state).toBe("DONE");
      },
    ),
    runs(TIMES),
  );
});
