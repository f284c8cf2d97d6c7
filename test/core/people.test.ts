import { expect, test } from "@jest/globals";
import { identityText, notTwoPeople, personOf } from "../../src/core/people.ts";

const PEOPLE = {
  Ada: { github: ["Ada", "ada-at-work"], telegram: [17], unix: ["ada"] },
  Grace: { github: ["grace"], telegram: [], unix: ["Grace"] },
};

test.each([
  ["github:ada", "Ada"],
  ["github:ada-at-work", "Ada"],
  ["telegram:17", "Ada"],
  ["unix:ada", "Ada"],
  ["unix:Grace", "Grace"],
  ["unix:grace", null],
  ["telegram:170", null],
  ["github:mallory", null],
  ["github:17", null],
])("%s belongs to %s", (identity, person) => expect(personOf(identity, PEOPLE)).toBe(person));

test("logins have no case, accounts of machines have", () => {
  expect(identityText({ kind: "github", name: "ADA" })).toBe("github:ada");
  expect(identityText({ kind: "unix", name: "ADA" })).toBe("unix:ADA");
});

test.each([
  ["two people", "github:ada", "github:grace", null],
  [
    "one person twice",
    "github:ada",
    "github:ada",
    "policy asks for another person than Ada, who requested it",
  ],
  [
    "one person in two places",
    "unix:ada",
    "telegram:17",
    "policy asks for another person than Ada, who requested it",
  ],
  [
    "a requester whom nobody has named",
    "github:mallory",
    "github:ada",
    "policy asks for two people, and github:mallory stands under nobody in people",
  ],
  [
    "an approver whom nobody has named",
    "github:ada",
    "unix:mallory",
    "policy asks for two people, and unix:mallory stands under nobody in people",
  ],
  [
    "two whom nobody has named",
    "unix:a",
    "unix:b",
    "policy asks for two people, and unix:a stands under nobody in people",
  ],
  [
    "a requester of an older version",
    null,
    "github:ada",
    "policy asks for two people, and who requested stands under nobody in people",
  ],
])("%s", (_title, requestedAs, confirmedAs, why) => {
  expect(notTwoPeople(PEOPLE, { requestedAs, confirmedAs })).toBe(why);
});
