import { expect, test } from "@jest/globals";
import { CONVENTIONS, type Convention } from "../../src/core/commit-convention.ts";
import { commitMessage } from "../../src/core/commit-message.ts";
import { subjectStyle } from "../../src/core/commit-subject.ts";

type Facts = Parameters<typeof subjectStyle>[0];

function facts(kind: Convention, changes: Partial<Facts> = {}): Facts {
  return {
    convention: { kind, from: "history", example: null },
    contract: null,
    recentSubjects: [],
    changedPaths: ["src/net/http/server.go"],
    request: { title: "Mend the server", body: "See NET-12." },
    ...changes,
  };
}

function subjectOf(title: string, known: Facts): string {
  const message = commitMessage({
    recentSubjects: known.recentSubjects,
    style: subjectStyle(known),
    requestTitle: "Mend the server",
    summary: { title, notes: "" },
    trailers: [],
    signOff: null,
  });
  return message.trimEnd();
}

const COMPONENTS = ["net/http: mend a", "net: add b", "cmd/go: c"];

test.each([
  ["a type where they are named", "Fix the server", facts("conventional"), "fix: fix the server"],
  ["the nearest component", "Fix it", facts("component", { recentSubjects: COMPONENTS }), "net/http: fix it"],
  [
    "a boxed component",
    "Fix it",
    facts("component", { recentSubjects: ["[net] a", "[ui] b"] }),
    "[net] Fix it",
  ],
  ["no component that nobody knows", "Fix it", facts("component", { recentSubjects: ["ui: a"] }), "Fix it"],
  [
    "the prefix once",
    "net/http: Fix it",
    facts("component", { recentSubjects: COMPONENTS }),
    "net/http: Fix it",
  ],
  [
    "a component instead of a type",
    "fix: mend it",
    facts("component", { recentSubjects: COMPONENTS }),
    "net/http: mend it",
  ],
  ["the request's ticket", "Fix it", facts("ticket"), "NET-12: Fix it"],
  ["a boxed ticket", "Fix it", facts("ticket", { recentSubjects: ["[NET-1] a"] }), "[NET-12] Fix it"],
  [
    "no ticket that nobody named",
    "Fix it",
    facts("ticket", { request: { title: "UTF-8", body: "" } }),
    "Fix it",
  ],
  ["plain words", "fix: mend it", facts("plain"), "Mend it"],
])("a subject takes %s", (_title, title, known, subject) => {
  expect(subjectOf(title, known)).toBe(subject);
});

test.each([
  ["the contract where nothing else speaks", "nothing", "type(scope): subject", "conventional"],
  ["the documents before the contract", "documents", "feat: subject", "plain"],
  ["nothing from words that say nothing", "nothing", "be nice", "plain"],
] as const)("the style follows %s", (_title, from, contract, kind) => {
  const convention = { kind: "plain", from, example: null } as const;

  expect(subjectStyle(facts("plain", { convention, contract })).kind).toBe(kind);
});

test.each(CONVENTIONS)("a subject in the style %s is one line of at most 72 letters", (kind) => {
  const subject = subjectOf(
    "Rework the server so that it ".repeat(10),
    facts(kind, { recentSubjects: COMPONENTS }),
  );

  expect(subject.split("\n")).toHaveLength(1);
  expect([...subject].length).toBeLessThanOrEqual(72);
});
