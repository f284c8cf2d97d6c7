import { expect, test } from "@jest/globals";
import type { Request } from "../../src/core/run.ts";
import { asksForTestChanges } from "../../src/core/test-change-request.ts";

const ADA = { name: "@ada", role: "write" };
const REQUEST: Request = { title: "Tidy up", body: "", author: "ada", issue: 7, askedBy: ADA };
const asks = (body: string, more: Partial<Request> = {}) => asksForTestChanges({ ...REQUEST, body, ...more });

test.each([
  "Please remove the obsolete tests of the old API.",
  "The specs are outdated. Update the specs to the new names",
  "- Delete the test file of `sum`",
  "Skip the flaky integration tests on CI",
  "Regenerate all snapshots",
  "Lower the coverage threshold to 80 %",
  "Disable the lint rule no-console",
])("%j asks for it", (body) => expect(asks(body)).toBe(true));

test.each([
  "Fix the sum. Add tests.",
  "Make the failing tests pass",
  "Do not remove any tests",
  "Change the sum without changing tests",
  "Rename the function, but never delete tests",
  "Remove the test button from the page",
  "Delete test users after a day",
  "> Please remove the tests",
  "`remove the tests`",
  "```\nremove the tests\n```",
  "<!-- remove the tests -->",
  "The user may remove a row. The tests are green",
])("%j does not", (body) => expect(asks(body)).toBe(false));

const OPERATOR = { name: "ada (command line)", role: "operator" };

test.each<[string, Partial<Request>, boolean]>([
  ["a maintainer's own issue", { askedBy: { ...ADA, role: "maintain" } }, true],
  ["a reader's own issue", { askedBy: { ...ADA, role: "read" } }, false],
  ["a role that there is not", { askedBy: { ...ADA, role: "owner of everything" } }, false],
  ["another's issue, asked for by a maintainer", { author: "mallory", askedBy: ADA }, false],
  ["another's issue, asked for by the operator", { askedBy: OPERATOR }, false],
  ["a member's issue: that proves no right to push", { role: "MEMBER", askedBy: OPERATOR }, false],
  ["the repository owner's issue", { role: "OWNER", askedBy: OPERATOR }, true],
  ["the operator's task", { author: null, issue: null, askedBy: OPERATOR }, true],
  ["a writer's task", { author: null, issue: null, askedBy: ADA }, true],
  ["the issue of an account that is gone", { author: null, askedBy: OPERATOR }, false],
])("%s: whether its wish counts", (_whose, more, expected) => {
  expect(asks("Remove the old tests", more)).toBe(expected);
  expect(asks("", { ...more, title: "Remove the old tests" })).toBe(expected);
});

test.each([REQUEST, { ...REQUEST, author: null, issue: null }])(
  "where nobody knows who asked, nothing is believed: %#",
  ({ askedBy: _askedBy, ...request }) => {
    expect(asksForTestChanges({ ...request, body: "Remove the old tests" })).toBe(false);
  },
);
