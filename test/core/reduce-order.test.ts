import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Event } from "../../src/core/event.ts";
import { reduce } from "../../src/core/reduce.ts";
import { OVER, type Run } from "../../src/core/run.ts";
import { runs } from "../support/proof.ts";
import { factAbout } from "./any-event.ts";
import { SAMPLES } from "./sample-events.ts";
import { HEAD, runIn } from "./sample-run.ts";

const TIMES = { quick: 200, full: 10_000 };
const WITH_OPEN_PR = ["CI_WAIT", "REVIEW_WAIT", "ITERATING"] as const;

function take(run: Run, event: Event): Run {
  const verdict = reduce(run, event);
  return verdict.kind === "refused" ? run : verdict.run;
}

/** What GitHub says in the end, whatever was delivered before, and in which order. */
type Truth = {
  pull: "open" | "closed" | "merged";
  checks: "checks.passed" | "checks.failed" | null;
  feedback: boolean;
  conflict: boolean;
};

const anyTruth: fc.Arbitrary<Truth> = fc.record({
  pull: fc.constantFrom("open", "open", "closed", "merged"),
  checks: fc.constantFrom("checks.passed", "checks.failed", null),
  feedback: fc.boolean(),
  conflict: fc.boolean(),
});

/** One reading of GitHub: what `sync` would tell a run as it is now. */
function reading(run: Run, { pull, checks, feedback, conflict }: Truth): Event[] {
  if (pull === "merged") return [SAMPLES["pr.merged"]];
  if (pull === "closed") return run.prOpen ? [SAMPLES["pr.closed"]] : [];
  if (!run.prOpen) return [SAMPLES["pr.reopened"]];
  if (OVER.has(run.state)) return [];
  return [
    ...(conflict ? [SAMPLES["base.conflicted"]] : []),
    ...checksOf(run, checks),
    ...(feedback ? [SAMPLES["feedback.received"]] : []),
  ];
}

/** Null: they run still, which matters only to a run that was done with them. */
function checksOf(run: Run, checks: Truth["checks"]): Event[] {
  if (checks !== null) return [{ ...SAMPLES[checks], sha: HEAD } as Event];
  return run.state === "REVIEW_WAIT" ? [SAMPLES["checks.restarted"]] : [];
}

/** Reads until nothing moves any more, as the jobs that follow every move do. */
function synced(run: Run, truth: Truth): Run {
  let now = run;
  for (let round = 0; round < 10; round += 1) {
    const next = reading(now, truth).reduce(take, now);
    if (next.state === now.state) return next;
    now = next;
  }
  throw new Error(`it never comes to rest: ${now.state}`);
}

/** Facts that were true at some time; about this head and about an older one. Only what is still true may ask for work. */
function factsOf(truth: Truth): fc.Arbitrary<Event[]> {
  const possible = [
    ...factAbout("checks.passed"),
    ...factAbout("checks.restarted"),
    ...(truth.checks === "checks.failed" || truth.checks === "checks.passed"
      ? factAbout("checks.failed")
      : []),
    SAMPLES["feedback.approved"],
    SAMPLES["pr.closed"],
    SAMPLES["pr.reopened"],
    ...(truth.pull === "merged" ? [SAMPLES["pr.merged"]] : []),
    ...(truth.feedback ? [SAMPLES["feedback.received"]] : []),
    ...(truth.conflict ? [SAMPLES["base.conflicted"]] : []),
  ];
  return fc.array(fc.constantFrom(...possible), { maxLength: 12 });
}

/*
 * What must hold when the world's facts come in another order: after the final reading the run is in the same state.
 * Not more than that: counters and what an iteration is said to be for depend on what was seen first. And not for
 * facts that have ceased to be true yet asked for work (feedback withdrawn, a conflict resolved): those were acted upon,
 * which a later fact does not undo. Red checks that turned green on the same head are undone, so they take part.
 */
const shuffledFacts = anyTruth.chain((truth) =>
  factsOf(truth).chain((facts) =>
    fc.record({
      truth: fc.constant(truth),
      facts: fc.constant(facts),
      shuffled: fc.shuffledSubarray(facts, { minLength: facts.length }),
    }),
  ),
);

test.each(WITH_OPEN_PR)("facts in another order, then the truth, end a %s run in the same state", (state) => {
  fc.assert(
    fc.property(shuffledFacts, ({ truth, facts, shuffled }) => {
      const end = (order: readonly Event[]) => synced(order.reduce(take, runIn(state)), truth).state;
      expect(end(shuffled)).toBe(end(facts));
    }),
    runs(TIMES),
  );
});

test("facts that came while nobody looked count after a resume as if they had come before", () => {
  fc.assert(
    fc.property(shuffledFacts, ({ truth, facts, shuffled }) => {
      const closes = facts.some(({ type }) => type === "pr.closed");
      fc.pre(!closes && truth.pull === "open" && truth.checks !== null);
      const paused = take(runIn("CI_WAIT"), SAMPLES["run.paused"]);
      const resumed = take(shuffled.reduce(take, paused), SAMPLES["human.resumed"]);
      expect(synced(resumed, truth).state).toBe(synced(facts.reduce(take, runIn("CI_WAIT")), truth).state);
    }),
    runs(TIMES),
  );
});
