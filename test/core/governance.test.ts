import { expect, test } from "@jest/globals";
import { type GovernanceInput, scanGovernance } from "../../src/core/governance.ts";
import { governanceTexts } from "../../src/core/governance-files.ts";

function scan(changes: Partial<GovernanceInput> = {}) {
  return scanGovernance({ paths: [], truncated: false, files: [], commits: [], ...changes });
}

function saying(text: string, path = "CONTRIBUTING.md") {
  return scan({ paths: [path], files: [{ path, text }] });
}

function history(subjects: string[], signedOff = false) {
  return subjects.map((subject) => ({ subject, signedOff }));
}

test("paths are put into groups, nearest first", () => {
  const { groups, primaryPullTemplate, missing, scannedFiles } = scan({
    paths: [
      "docs/CONTRIBUTING.md",
      "CONTRIBUTING.rst",
      ".github/CONTRIBUTING.md",
      "src/contributing.md",
      "contributing.png",
      ".github/PULL_REQUEST_TEMPLATE/feature.md",
      ".github/pull_request_template.md",
      ".github/workflows/ci.yml",
      ".github/workflows/ci.txt",
      "README.md",
      "packages/a/README.md",
      "AGENTS.md",
      ".github/copilot-instructions.md",
      "CODEOWNERS",
      "LICENSE",
      "DEVELOPMENT.md",
      ".editorconfig",
      "AI_POLICY.md",
      "CODE_OF_CONDUCT.md",
    ],
  });

  expect(groups).toMatchObject({
    contributing: ["CONTRIBUTING.rst", ".github/CONTRIBUTING.md", "docs/CONTRIBUTING.md"],
    pr_templates: [".github/pull_request_template.md", ".github/PULL_REQUEST_TEMPLATE/feature.md"],
    ci_workflows: [".github/workflows/ci.yml"],
    readme: ["README.md"],
    agents: ["AGENTS.md", ".github/copilot-instructions.md"],
    codeowners: ["CODEOWNERS"],
    licence: ["LICENSE"],
    dev_setup: ["DEVELOPMENT.md"],
    style_configs: [".editorconfig"],
    code_of_conduct: ["CODE_OF_CONDUCT.md"],
  });
  expect(groups.governance_candidates).toContain("AI_POLICY.md");
  expect(primaryPullTemplate).toBe(".github/pull_request_template.md");
  expect(missing).toEqual([]);
  expect(scannedFiles).toBe(19);
});

test("an empty repository lacks what most have", () => {
  expect(scan()).toMatchObject({
    missing: ["contributing", "pr_templates", "ci_workflows", "readme"],
    licence: null,
    signOff: null,
    cla: null,
    refusal: null,
    commits: { kind: "plain", from: "nothing", example: null },
  });
});

test("no more than 60 paths of a group are named, and no more files are read than asked for", () => {
  const paths = Array.from({ length: 100 }, (_, at) => `.github/workflows/w${at}.yml`);

  expect(scan({ paths }).groups.ci_workflows).toHaveLength(60);
  expect(governanceTexts([...paths, "README.md", "CONTRIBUTING.md", "LICENSE"], 2)).toEqual([
    "CONTRIBUTING.md",
    "README.md",
  ]);
});

test.each([
  ["All commits must be signed off.", true],
  ["Use `git commit -s` so that your work carries the DCO.", true],
  ["We require a Signed-off-by line.", true],
  ["We follow the Developer Certificate of Origin.", true],
  ["We do not require a DCO sign-off on commits.", false],
  ["Commits need no sign-off; a DCO is optional.", false],
  ["Sign off your timesheet.", false],
])("%s → signed off: %s", (text, expected) => {
  expect(saying(text).signOff !== null).toBe(expected);
});

test.each([
  ["nearly all are signed off", [true, true, true, true, true, false], true],
  ["half of them are", [true, true, true, false, false, false], false],
  ["too few to tell", [true, true], false],
])("a history where %s", (_title, signed, expected) => {
  const commits = signed.map((signedOff) => ({ subject: "Change", signedOff }));

  expect(scan({ commits }).signOff !== null).toBe(expected);
});

test("the file of a DCO app asks for it too", () => {
  expect(scan({ paths: [".github/dco.yml"] }).signOff).toMatchObject({ path: ".github/dco.yml" });
});

test.each([
  ["You must sign the Contributor License Agreement.", true],
  ["Our CLA bot will ask you to sign the CLA.", true],
  ["There is no CLA.", false],
  ["Clap your hands.", false],
])("%s → agreement: %s", (text, expected) => {
  expect(saying(text).cla !== null).toBe(expected);
});

test.each([
  ["MIT License\n\nPermission is hereby granted, free of charge", "MIT"],
  ["Apache License\nVersion 2.0", "Apache-2.0"],
  ["GNU GENERAL PUBLIC LICENSE", "GPL"],
  ["GNU LESSER GENERAL PUBLIC LICENSE", "LGPL"],
  ["Redistribution and use in source and binary forms", "BSD"],
  ["Ask my lawyer", null],
])("a licence: %s", (text, name) => {
  expect(saying(text, "LICENSE").licence).toEqual({ path: "LICENSE", name });
});

test.each([
  ["We use [Conventional Commits](https://www.conventionalcommits.org).", "conventional"],
  ["Commit messages look like `feat(parser): add x`.", "conventional"],
  ["Prefix the commit subject with the package name.", "component"],
  ["Start every commit with the JIRA ticket, e.g. ABC-123.", "ticket"],
  ["Commits use gitmoji.", "gitmoji"],
  ["We don't use conventional commits here.", "plain"],
  ["Write good commit messages.", "plain"],
] as const)("documents: %s → %s", (text, kind) => {
  expect(saying(text).commits.kind).toBe(kind);
});

test.each([
  ["conventional", ["feat: a", "fix(x): b", "docs: c", "Merge branch 'x'"], "conventional"],
  ["components", ["net/http: mend a", "cmd/go: add b", "runtime: c", "Oops"], "component"],
  ["boxed components", ["[core] mend a", "[ui] add b", "[core] c"], "component"],
  ["tickets", ["ABC-1: a", "ABC-22 b", "[ABC-3] c"], "ticket"],
  ["gitmoji", [":bug: mend a", "✨ add b", ":memo: c"], "gitmoji"],
  ["prose", ["Mend a", "Add b", "fix: c", "Remove d"], "plain"],
  ["too few", ["feat: a", "fix: b"], "plain"],
] as const)("a history of %s", (_title, subjects, kind) => {
  expect(scan({ commits: history([...subjects]) }).commits.kind).toBe(kind);
});

test("documents count before the history, and a commitlint file is a document", () => {
  const commits = history(["ABC-1: a", "ABC-2: b", "ABC-3: c"]);

  expect(scan({ paths: ["commitlint.config.js"], commits }).commits).toEqual({
    kind: "conventional",
    from: "documents",
    example: "commitlint.config.js",
  });
});

test("commands are found in code, each with its document", () => {
  const text =
    "# Set-up\n\nRun `npm test` and then:\n\n```sh\n$ npm run lint\nblack .\nnpm install\n```\n\nThe word pytest alone is none.\n\n    cargo test\n";

  expect(saying(text).commands).toEqual({
    test: ["npm test", "cargo test"].map((quote) => ({ path: "CONTRIBUTING.md", quote })),
    lint: [{ path: "CONTRIBUTING.md", quote: "npm run lint" }],
    format: [{ path: "CONTRIBUTING.md", quote: "black ." }],
  });
});

test.each([
  "Open pull requests against the `develop` branch.",
  "Create your branch from main.",
  "Never push to main directly.",
  "Branches are named feature/<ticket>.",
])("a rule about branches: %s", (text) => {
  expect(saying(text).branchRules.map(({ quote }) => quote)).toEqual([text.replaceAll("`", "`")]);
});

test("quotes are short and hold nothing that is not seen", () => {
  const { refusal } = saying(`We do not accept AI-generated\u202e code \u200b${"really ".repeat(200)}`);

  expect(refusal?.quote.length).toBeLessThanOrEqual(300);
  expect(refusal?.quote).not.toMatch(/[\u202e\u200b]/);
});
