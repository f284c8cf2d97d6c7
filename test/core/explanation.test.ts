import { expect, test } from "@jest/globals";
import { readExplanation, suggestible } from "../../src/core/explanation.ts";
import { answerSchema } from "../../src/core/manager-question.ts";
import { STATES, type State } from "../../src/core/run.ts";

const LEGAL: Readonly<Record<State, readonly string[]>> = {
  QUEUED: ["resume", "pause", "cancel"],
  EXECUTING: ["pause", "cancel"],
  PUSHED: ["retry", "pause", "cancel"],
  CI_WAIT: ["retry", "pause", "cancel"],
  REVIEW_WAIT: ["retry", "pause", "cancel"],
  ITERATING: ["pause", "cancel"],
  PAUSED: ["resume", "pause", "cancel"],
  NEEDS_HUMAN: ["resume", "retry", "pause", "cancel", "mark_done"],
  DONE: [],
  FAILED: ["retry"],
};

test.each(STATES)(
  "a model may point to what a person can do in %s, and never towards a pull request",
  (state) => {
    expect(suggestible({ state, prNumber: null })).toEqual(LEGAL[state]);
    expect(suggestible({ state, prNumber: 7 })).toEqual(LEGAL[state]);
  },
);

const schema = answerSchema({ name: "explain_card", facts: {}, words: {}, choices: ["retry", "cancel"] });

test.each([["approve_pr"], ["request_pr"], ["reject_pr"], ["withdraw_pr"], ["pause"], ["rm -rf"]])(
  "an answer that suggests %s is no answer",
  (action) => {
    const answer = { why: "It waits.", suggestions: [{ action, reason: "because" }] };

    expect(schema.safeParse(answer).success).toBe(false);
  },
);

test("what is shown is bounded, in one line, without anything unseen and without credentials", () => {
  const why = `It\n\nwaits \u001b[31m\u202eof\u0007 ghp_${"aB3dE5gH7j".repeat(4)} ${"x".repeat(3_000)}`;
  const said = readExplanation({ why, suggestions: [{ action: "retry", reason: "a\nb" }] }, "m", ["retry"]);

  expect(said).toMatchObject({
    source: "llm",
    model: "m",
    suggestions: [{ action: "retry", reason: "a b" }],
  });
  expect(said.why).toMatch(/^It waits of \[redacted\] x/);
  expect(said.why.length).toBeLessThanOrEqual(1_000);
});

test("what was legal when it was said and is not any more is left out", () => {
  const answer = { why: "It waits.", suggestions: [{ action: "retry", reason: "b" }] };

  expect(readExplanation(answer, "m", ["pause"]).suggestions).toEqual([]);
});
