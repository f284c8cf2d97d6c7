import { expect, test } from "@jest/globals";
import { findObjections } from "../../src/core/objection.ts";

function said(body: string, association = "MEMBER") {
  return findObjections([], [{ id: "comment:1", author: "ada", association, body }]);
}

test.each([
  "stop",
  "Stop!",
  "Please stop.",
  "@olga please stop this, thanks",
  "Stop it, please.",
  "no bots",
  "No bots please",
  "No AI.",
  "We have a rule: no LLMs here.",
  "Please don't use AI",
  "please do not use AI for this project",
  "We don't accept AI-generated contributions.",
  "We do not want automated pull requests.",
  "Stop sending these bot PRs.",
  "AI contributions are not accepted here.",
  "Thanks.\n\nBut we can't merge AI work.",
])("an objection: %s", (body) => expect(said(body)).toMatchObject([{ id: "comment:1", by: "@ada" }]));

test.each([
  "Looks good to me.",
  "The loop must stop at the first match.",
  "Does this stop the server?",
  "Non-stop service",
  "There is no aim in this.",
  "This is not used by anybody.",
  "Don't use tabs.",
  "> please don't use AI\n\nI do not mind.",
  "`stop`",
  "```\nno bots\n```",
  "<!-- no bots -->",
  "Could you rename chatbot.ts?",
])("no objection: %s", (body) => expect(said(body)).toEqual([]));

test.each([
  ["OWNER", 1],
  ["MEMBER", 1],
  ["COLLABORATOR", 1],
  ["CONTRIBUTOR", 0],
  ["FIRST_TIMER", 0],
  ["NONE", 0],
  ["", 0],
] as const)("words of %s count: %s", (association, count) =>
  expect(said("no bots", association)).toHaveLength(count),
);

test.each([
  ["do-not-merge", true],
  ["Do Not Merge", true],
  ["status: do not merge", true],
  ["do-not-merge/hold", true],
  ["no-ai", true],
  ["policy/no-bots", true],
  ["don't merge", true],
  ["do-not-merge/needs-kind", false],
  ["merge-me", false],
  ["piano-air", false],
])("the label %s objects: %s", (label, objects) =>
  expect(findObjections([label], [])).toHaveLength(objects ? 1 : 0),
);

test("a long text is read in little time", () => {
  const before = performance.now();
  said(`${"stop no don't use ".repeat(5_000)}`);

  expect(performance.now() - before).toBeLessThan(1_000);
});
