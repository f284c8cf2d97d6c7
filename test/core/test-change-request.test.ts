import { expect, test } from "@jest/globals";
import type { Request } from "../../src/core/run.ts";
import { asksForTestChanges } from "../../src/core/test-change-request.ts";

const REQUEST: Request = { title: "Tidy up", body: "", author: "ada", issue: 7, permission: "write" };
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

test.each<[string, Partial<Request>, boolean]>([
  ["a maintainer", { permission: "maintain" }, true],
  ["a reader", { permission: "read" }, false],
  ["somebody whose role is not known", { permission: null }, false],
  ["a role that there is not", { permission: "owner of everything" }, false],
  ["the operator", { author: null, issue: null, permission: null }, true],
  ["an account that is gone", { author: null, permission: null }, false],
])("what %s asks for counts: %#", (_who, more, expected) => {
  expect(asks("Remove the old tests", more)).toBe(expected);
  expect(asks("", { ...more, title: "Remove the old tests" })).toBe(expected);
});

test("without a permission in the request nothing is believed", () => {
  const { permission: _permission, ...request } = REQUEST;

  expect(asksForTestChanges({ ...request, body: "Remove the old tests" })).toBe(false);
});
