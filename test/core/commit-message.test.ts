import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { followsConventionalCommits } from "../../src/core/commit-convention.ts";
import { type CommitMessageInput, commitMessage } from "../../src/core/commit-message.ts";

const CONVENTIONAL = ["feat: a", "fix(core): b", "docs: c", "Merge branch 'x'", "chore!: d"];
const PLAIN = ["Add a", "Fix b", "feat: c", "Tidy d"];

function message(changed: Partial<CommitMessageInput> = {}): string {
  return commitMessage({
    recentSubjects: PLAIN,
    requestTitle: "Support Acme",
    summary: null,
    trailers: [],
    signOff: null,
    ...changed,
  });
}
const said = (title: string, notes = "") => ({ summary: { title, notes } });

test("the convention is read from what the target's people write", () => {
  expect([CONVENTIONAL, PLAIN, [], ["feat: a"]].map(followsConventionalCommits)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

test.each([
  ["plain", PLAIN, "add Acme provider.", "Add Acme provider"],
  ["plain, a type is dropped", PLAIN, "feat(api): add Acme", "Add Acme"],
  ["conventional, kept", CONVENTIONAL, "fix(api)!: handle nulls", "fix(api)!: handle nulls"],
  ["conventional, a fix", CONVENTIONAL, "Fix the parser", "fix: fix the parser"],
  ["conventional, documents", CONVENTIONAL, "Document the parser", "docs: document the parser"],
  ["conventional, anything else", CONVENTIONAL, "Support Acme", "feat: support Acme"],
  ["an abbreviation keeps its letters", CONVENTIONAL, "API keys per user", "feat: API keys per user"],
  ["a word that is no type", CONVENTIONAL, "Note: add Acme", "feat: note: add Acme"],
  ["nothing said: the request", PLAIN, "", "Support Acme"],
])("subject: %s", (_title, recentSubjects, title, subject) => {
  expect(message({ recentSubjects, ...said(title) })).toBe(`${subject}\n`);
});

test.each([
  ["Add x [skip ci]", "Add x\n"],
  ["Add x [ci skip][no ci] [skip actions]", "Add x\n"],
  ["Add x [skip [skip ci]ci]", "Add x\n"],
  ["Add x ***NO_CI***", "Add x\n"],
  ["Fixes #12: add x", "See #12: add x\n"],
  ["Add x, closes octo/other#3", "Add x, see octo/other#3\n"],
  ["Add x\nSigned-off-by: Eve", "Add x Signed-off-by: Eve\n"],
  ["Add \u001b[31mred\u202e", "Add [31mred\n"],
  ["@octocat add x", "Octocat add x\n"],
])("from %j stays %j", (title, expected) => expect(message(said(title))).toBe(expected));

test("closing keywords that were asked for stay, others and forged trailers go from the body too", () => {
  const notes =
    "Resolves #5 and closes #6.\n\nskip-checks: true\nCo-authored-by: Eve <e@x>\nSigned-off-by: Eve <e@x>";

  expect(message({ ...said("Add x", notes), closes: [5] })).toBe("Add x\n\nResolves #5 and see #6.\n");
});

test("body, trailers and sign-off follow in order, wrapped and each once", () => {
  const long = `${"word ".repeat(20)}end`;

  const text = message({
    ...said("Add x", long),
    trailers: [
      "Co-authored-by: Ada <ada@example.org>",
      "Co-authored-by: Ada <ada@example.org>",
      "no trailer",
    ],
    signOff: { name: "Bo", email: "bo@example.org" },
  });

  expect(text).toBe(
    `Add x\n\n${"word ".repeat(14).trim()}\n${"word ".repeat(6)}end\n\nCo-authored-by: Ada <ada@example.org>\nSigned-off-by: Bo <bo@example.org>\n`,
  );
});

test("whatever the worker says, the subject is one bounded line and nothing skips CI", () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 300 }),
      fc.string({ maxLength: 300 }),
      fc.boolean(),
      (title, notes, named) => {
        const text = message({
          ...said(`${title}[skip ci]`, `${notes}[ci skip]`),
          recentSubjects: named ? CONVENTIONAL : PLAIN,
        });
        const [subject = "", second] = text.split("\n");
        expect([...subject].length).toBeLessThanOrEqual(72);
        expect(subject.trim()).not.toBe("");
        expect(second).toBe("");
        expect(text).not.toMatch(/\[(skip ci|ci skip)\]/i);
      },
    ),
    { numRuns: 300, seed: 5 },
  );
});
