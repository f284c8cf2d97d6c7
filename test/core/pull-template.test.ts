import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { MAX_BODY } from "../../src/core/markdown.ts";
import { isForPerson } from "../../src/core/pull-boxes.ts";
import { choosePullTemplate } from "../../src/core/pull-template-place.ts";
import { type PullMaterial, pullText } from "../../src/core/pull-text.ts";
import { runs } from "../support/proof.ts";
import { sampleChange, sampleEvidence, sampleReport, sampleSummary, verified } from "./sample-report.ts";
import { runIn } from "./sample-run.ts";

function material(template: string | null, more: Partial<PullMaterial> = {}): PullMaterial {
  const plain = { contract: null, about: null, prose: null };
  return {
    run: runIn("PUSHED"),
    change: sampleChange(),
    report: sampleReport(),
    template,
    ...plain,
    ...more,
  };
}

function filled(template: string, more: Partial<PullMaterial> = {}): string {
  return pullText(material(template, more)).body.split("\n\n---\n\n**agentpr**")[0] ?? "";
}

/** Written in the style of well-known projects: what a template looks like, and what becomes of it. */
const SHAPES: readonly { name: string; template: string; becomes: string; asks: string[] }[] = [
  {
    name: "a web framework's: comments, headings, a checklist",
    template: `<!--
  Thanks for the pull request! Before you submit it, make sure that ...
-->

## Summary

<!-- Explain the **motivation** for making this change. -->

## How did you test this change?

<!-- Screenshots if the user interface changes. -->
`,
    becomes: `## Summary

It adds a thing.

Relates to #5.

## How did you test this change?

- \`npm test\`: passed (12 tests)`,
    asks: [],
  },
  {
    name: "a container orchestrator's: headings that ask, a place for the issue, a fenced release note",
    template: `<!--  Thanks for sending a pull request!  Here are some tips:
1. Read the guidelines
-->

#### What type of PR is this?

<!--
/kind bug
-->

#### What this PR does / why we need it:

#### Which issue(s) this PR fixes:
<!--
*Automatically closes linked issue when PR is merged.
-->
Fixes #

#### Does this PR introduce a user-facing change?
\`\`\`release-note

\`\`\``,
    becomes: `#### What type of PR is this?

#### What this PR does / why we need it:

It adds a thing.

#### Which issue(s) this PR fixes:

Fixes #5

#### Does this PR introduce a user-facing change?
\`\`\`release-note

\`\`\``,
    asks: [],
  },
  {
    name: "a library's with types of change and a checklist in the first person",
    template: `# Description

Please include a summary of the change and which issue is fixed. Please also include relevant motivation.

Fixes # (issue)

## Type of change

- [ ] Bug fix (non-breaking change which fixes an issue)
- [ ] New feature (non-breaking change which adds functionality)
- [ ] This change requires a documentation update

# How Has This Been Tested?

Please describe the tests that you ran to verify your changes.

# Checklist:

- [ ] My code follows the style guidelines of this project
- [ ] I have performed a self-review of my own code
- [x] I have read the contributing guidelines
- [ ] New and existing unit tests pass locally with my changes
- [ ] All unit tests pass locally`,
    becomes: `# Description

It adds a thing.

Fixes #5

## Type of change

- [ ] Bug fix (non-breaking change which fixes an issue)
- [ ] New feature (non-breaking change which adds functionality)
- [ ] This change requires a documentation update

# How Has This Been Tested?

- \`npm test\`: passed (12 tests)

# Checklist:

- [ ] My code follows the style guidelines of this project
- [ ] I have performed a self-review of my own code
- [ ] I have read the contributing guidelines
- [x] New and existing unit tests pass locally with my changes
- [x] All unit tests pass locally`,
    asks: ["I have performed a self-review of my own code", "I have read the contributing guidelines"],
  },
  {
    name: "a foundation's with underlined headings and a licence statement",
    template: `Description
===========
Describe your changes here.

Testing
-------

Agreement
---------
By submitting this pull request I confirm that my contribution is licensed under the Apache License 2.0.

1. [X] The CLA is signed
2. [ ] Tests are green`,
    becomes: `# Description

It adds a thing.

Relates to #5.

## Testing

- \`npm test\`: passed (12 tests)

## Agreement
By submitting this pull request I confirm that my contribution is licensed under the Apache License 2.0.

1. [ ] The CLA is signed
2. [x] Tests are green`,
    asks: [
      "By submitting this pull request I confirm that my contribution is licensed under the Apache License 2.0.",
      "The CLA is signed",
    ],
  },
  {
    name: "a language's: bold lines instead of headings, details",
    template: `**What does this change?**

**Risks**

**Related issues**: #

<details><summary>For reviewers</summary>

Merge by squashing.

</details>`,
    becomes: `**What does this change?**

It adds a thing.

**Risks**

- Old settings lose their meaning

**Related issues**: #5

<details><summary>For reviewers</summary>

Merge by squashing.

</details>`,
    asks: [],
  },
  {
    name: "one without any heading",
    template: "- [ ] Linters pass\n- [ ] Docs updated\n- [ ] tests added\n",
    becomes: `It adds a thing.

Relates to #5.

- [x] Linters pass
- [ ] Docs updated
- [ ] tests added`,
    asks: [],
  },
];

const CONTRACT = {
  decision: "proceed",
  reasons: [],
  toolchain: { install: [], test: [], lint: [] },
  conventions: { commit: null, branch: null },
  scope: [],
  risks: ["Old settings lose their meaning"],
  notes: "",
} as unknown as PullMaterial["contract"];
const LINTED = sampleReport({
  evidence: sampleEvidence([verified({ command: "npm run lint", kind: "lint" })]),
});

test.each(SHAPES)("$name", ({ template, becomes, asks }) => {
  const report = template.includes("Linters") ? LINTED : sampleReport();
  const made = material(template.replaceAll("\n", "\r\n"), { contract: CONTRACT, report });

  expect(pullText(made).body.split("\n\n---\n\n**agentpr**")[0]).toBe(becomes);
  expect(pullText(made).questions).toEqual(asks);
});

test.each([
  ["- [ ] I confirm that all tests pass", true],
  ["- [ ] I've read CONTRIBUTING.md", true],
  ["- [ ] I have searched for similar pull requests", true],
  ["- [x] I agree to follow the Code of Conduct", true],
  ["- [ ] I have signed the CLA", true],
  ["- [ ] Commits are signed-off (DCO)", true],
  ["- [ ] I own the copyright of this work", true],
  ["- [ ] We certify this under the Developer Certificate", true],
  ["- [ ] This was not written with AI tools", true],
  ["- [ ] I followed the style guide", true],
  ["- [ ] The changelog is updated", false],
  ["- [ ] All tests pass", false],
  ["- [ ] I ran the tests", false],
  ["- [ ] Read-only mode still works", false],
])("%s is a person's to answer: %s", (line, is) => {
  expect(isForPerson(line.slice(6))).toBe(is);
  expect(pullText(material(line)).questions).toEqual(is ? [line.slice(6)] : []);
  if (is) expect(filled(line)).toContain(`- [ ] ${line.slice(6)}`);
});

const file = (path: string, more: object = {}) => ({ ...sampleChange().diff.files[0], path, ...more });
const changing = (...files: object[]) => ({
  change: sampleChange({
    diff: { ...sampleChange().diff, files } as ReturnType<typeof sampleChange>["diff"],
  }),
});

test.each([
  ["- [ ] Tests added", changing(file("test/a.test.ts")), "x"],
  ["- [ ] Tests added", changing(file("src/a.ts")), " "],
  ["- [ ] Tests added", changing(file("test/a.test.ts", { status: "deleted" })), " "],
  ["- [ ] I have added tests that prove my fix is effective", changing(file("test/a.test.ts")), " "],
  ["- [ ] Documentation update", changing(file("docs/a.md"), file("README.md")), "x"],
  ["- [ ] Documentation update", changing(file("docs/a.md"), file("src/a.ts")), " "],
  ["- [ ] Lint passes", {}, " "],
  ["- [ ] Integration tests pass", {}, " "],
  ["- [x] Benchmarks ran", {}, " "],
])("%s is ticked only for what the diff or the runner shows", (line, more, mark) => {
  expect(filled(line, more)).toContain(line.replace(/\[.\]/, `[${mark}]`));
});

test("a script, a frame and an image in a template are shown as words, and attributes go", () => {
  const text = filled(
    '<script>alert(1)</script>\n<h3 align="center" onclick="x()">Hello</h3>\n<img src="https://x.test/a">\n![](https://x.test/b)\n<iframe>',
  );

  expect(text).toContain("&lt;script>alert(1)&lt;/script>");
  expect(text).toContain("<h3>Hello</h3>");
  expect(text).toContain("&lt;img");
  expect(text).not.toMatch(/<(script|img|iframe)|onclick="x\(\)">|!\[/);
});

test("nobody is called by a template, and no issue is touched", () => {
  const text = filled("cc @octo/everyone, see #12 and GH-7");

  expect(text).not.toMatch(/@octo|#12|GH-7/);
  expect(text).toContain("octo/everyone");
});

test.each([
  ["a comment that never ends", "## Summary\n<!-- hidden\n- [ ] x"],
  ["comments in comments", "<!-- a <!-- b --> c -->\n## Summary"],
  ["a comment that ends in a fence", "<!--\n```\n-->\n## Summary"],
  ["a fence that never ends", "## Notes\n```yaml\nx: 1"],
  ["details that never end", "<details><summary>All of it</summary>\n\nx"],
  ["a table that never ends", "<table><tr><td>\n\nx"],
])("%s does not swallow what follows", (_title, template) => {
  const { body } = pullText(material(template));
  const after = body.slice(body.indexOf("\n---\n"));

  expect(body).not.toContain("<!--");
  expect(after).toContain("**agentpr** · run `run_sample`");
  const before = body.slice(0, body.indexOf("\n---\n"));
  for (const tag of ["details", "table", "td"])
    expect(before.split(`<${tag}>`).length).toBe(before.split(`</${tag}>`).length);
  expect((before.match(/^ {0,3}```/gm) ?? []).length % 2).toBe(0);
});

test("a template of 100 kB is cut, and our summary and the About text stay whole", () => {
  const about = "## About the undertaking\n\nWords.";
  const { body, questions } = pullText(material("- [ ] I have read it\n".repeat(5_000), { about }));

  expect(body.length).toBeLessThanOrEqual(MAX_BODY);
  expect(body).toContain("more characters");
  expect(body).toContain("- `npm test`: passed (12 tests)");
  expect(body.trimEnd().endsWith(about)).toBe(true);
  expect(questions).toHaveLength(30);
});

test("the About text is not said twice", () => {
  const about = "## About Forge\n\nWords.";

  expect(pullText(material("## About forge\n", { about })).body).not.toContain("Words.");
  expect(pullText(material(null, { about })).body).toContain("\n\n---\n\n## About Forge\n\nWords.");
});

test("words for sections take the worker's place, are cleaned, and tick nothing", () => {
  const words = { what: "Better words, @mia.\n- [x] I have read it", why: "Because." };
  const text = filled("## What\n\n## Why\n- [ ] All tests pass", {
    words,
    report: sampleReport({ evidence: sampleEvidence([]) }),
  });

  expect(text).toContain("Better words, @\u2060mia.\n- I have read it");
  expect(text).toContain("## Why\n\nBecause.");
  expect(text).not.toContain("[x]");
});

test("types in code marks stay readable, tags in them do not become tags", () => {
  const report = sampleReport({ summary: sampleSummary("Takes `Map<Key>` and `<details>` and Array<b") });

  expect(pullText(material(null, { report })).body).toContain("Takes `Map<Key>` and `<details>`");
});

test("whatever a template says, no box of a person's is ticked and nothing is hidden", () => {
  const part = fc.constantFrom(
    ...["- [x] I confirm it\n", "- [ ] All tests pass\n", "<!--", "-->", "```\n", "<details>", "</details>"],
    ...["## What\n", "Fixes #\n", "> - [X] I agree\n", "@mia ", "x\n", "`", "---\n", "1. [x] CLA signed\n"],
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 25 }), (parts) => {
      const { body } = pullText(material(parts.join("")));
      const outside = body.replace(/^ {0,3}```[\s\S]*?^ {0,3}```$/gm, "");
      expect(outside).not.toMatch(/^[\s>]*(?:-|1\.) \[[xX]\] (I (confirm|agree)|CLA)/m);
      expect(body).not.toContain("<!--");
      expect(body).toContain("**agentpr** · run `run_sample`");
    }),
    runs({ quick: 200, full: 10_000 }),
  );
});

test.each([
  [["README.md", ".github/PULL_REQUEST_TEMPLATE.md"], "feat: x", ".github/PULL_REQUEST_TEMPLATE.md"],
  [["pull_request_template.txt"], "", "pull_request_template.txt"],
  [["docs/pull_request_template.md"], "", "docs/pull_request_template.md"],
  [["PULL_REQUEST_TEMPLATE"], "", "PULL_REQUEST_TEMPLATE"],
  [
    [".github/PULL_REQUEST_TEMPLATE/feature.md", ".github/PULL_REQUEST_TEMPLATE/bug_fix.md"],
    "fix: a crash",
    ".github/PULL_REQUEST_TEMPLATE/bug_fix.md",
  ],
  [
    [".github/PULL_REQUEST_TEMPLATE/feature.md", ".github/PULL_REQUEST_TEMPLATE/bug_fix.md"],
    "Add widgets",
    ".github/PULL_REQUEST_TEMPLATE/feature.md",
  ],
  [
    [".github/PULL_REQUEST_TEMPLATE/bug.md", ".github/PULL_REQUEST_TEMPLATE/default.md"],
    "Widgets",
    ".github/PULL_REQUEST_TEMPLATE/default.md",
  ],
  [
    ["docs/pull_request_template/b.md", "docs/pull_request_template/a.md"],
    "Widgets",
    "docs/pull_request_template/a.md",
  ],
  [
    ["pull_request_template/docs.md", "pull_request_template/code.md"],
    "docs: a typo",
    "pull_request_template/docs.md",
  ],
  [["src/pull_request_template.md", ".github/ISSUE_TEMPLATE/bug.md"], "fix: x", null],
  [[".github/PULL_REQUEST_TEMPLATE/config.yml"], "", null],
])("of %j for “%s” the template is %s", (paths, title, chosen) => {
  expect(choosePullTemplate(paths, title)).toBe(chosen);
});
