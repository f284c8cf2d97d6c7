import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Contract, contractSchema, parseContract } from "../../src/core/contract.ts";

const CONTRACT: Contract = {
  decision: "proceed",
  reasons: ["small and clear"],
  toolchain: { install: ["npm ci"], test: ["npm test"], lint: ["npm run lint"] },
  conventions: { commit: "type(scope): subject", branch: "fix/<issue>" },
  scope: ["src/a.ts"],
  risks: ["the public type changes"],
  notes: "Read CONTRIBUTING.md.",
};
const EMPTY = {
  reasons: [],
  toolchain: { install: [], test: [], lint: [] },
  conventions: { commit: null, branch: null },
  scope: [],
  risks: [],
  notes: "",
};
const JSON_TEXT = JSON.stringify(CONTRACT);

const FIRST_FORM = {
  status: "ready",
  repo: { owner: "octo", name: "widget", base_branch: "main" },
  rules: {
    commit_format: "feat: subject",
    pr_checklist: ["tests"],
    forbidden_changes: ["no new dependency"],
  },
  toolchain: { install: ["npm ci"], test: ["npm test"], lint: [], env: ["CI=1"] },
  integration_plan: { approach: "A", target_files: ["src/a.ts"], expected_max_changed_files: 4 },
  blockers: [],
  evidence: { sources: ["CONTRIBUTING.md"] },
};

const MARKDOWN = `# Preflight contract

**Status**: NEEDS REVIEW
Commit format: \`fix(scope): text\`
Branch: none

## Blockers
- two readings of the issue
- the maintainers must choose

## Toolchain

### Install
1. \`npm ci\` (from CI)

### Test commands
- \`npm test\`

### Lint
* \`npm run lint\`

## Target files
- \`src/a.ts\`

## Risks
- none known

## Notes
Read twice.
`;

test.each([
  ["JSON", JSON_TEXT],
  ["JSON in a fence", `Here it is:\n\n\`\`\`json\n${JSON_TEXT}\n\`\`\`\nThat is all.`],
  ["JSON in prose", `The contract is ${JSON_TEXT}, and that is all.`],
  ["JSON in the second fence", `\`\`\`sh\nnpm test\n\`\`\`\n\n~~~json\n${JSON_TEXT}\n~~~`],
])("%s is read", (_title, text) => {
  expect(parseContract(text)).toEqual({ kind: "valid", contract: CONTRACT });
});

test.each([
  ["skip", "skip"],
  ["needs_review", "needs_review"],
  ["proceed", "proceed"],
] as const)("a contract may be the decision alone: %s", (word, decision) => {
  expect(parseContract(`{"decision":"${word}"}`)).toEqual({
    kind: "valid",
    contract: { decision, ...EMPTY },
  });
});

test("the form of the first implementation is read", () => {
  expect(parseContract(JSON.stringify(FIRST_FORM))).toEqual({
    kind: "valid",
    contract: {
      decision: "proceed",
      reasons: [],
      toolchain: { install: ["npm ci"], test: ["npm test"], lint: [] },
      conventions: { commit: "feat: subject", branch: null },
      scope: ["src/a.ts"],
      risks: ["no new dependency"],
      notes: "",
    },
  });
});

test("a contract under Markdown headings is read", () => {
  expect(parseContract(MARKDOWN)).toEqual({
    kind: "valid",
    contract: {
      decision: "needs_review",
      reasons: ["two readings of the issue", "the maintainers must choose"],
      toolchain: { install: ["npm ci"], test: ["npm test"], lint: ["npm run lint"] },
      conventions: { commit: "fix(scope): text", branch: null },
      scope: ["src/a.ts"],
      risks: ["none known"],
      notes: "Read twice.",
    },
  });
});

test.each([
  ["nothing", "", /empty/],
  ["prose", "I looked at it and all is well.", /neither JSON nor Markdown/],
  ["prose with braces", "I shall begin {now}", /neither JSON nor Markdown/],
  ["another decision", '{"decision":"merge"}', /^decision: /],
  ["an unknown status", '{"status":"done"}', /^decision: /],
  ["no decision", '{"reasons":[]}', /^decision: /],
  [
    "commands that are no list",
    '{"decision":"proceed","toolchain":{"test":"npm test"}}',
    /^toolchain.test: /,
  ],
  [
    "a command that is no text",
    '{"decision":"proceed","toolchain":{"test":[["rm"]]}}',
    /^toolchain.test.0: /,
  ],
  ["a list", "[1,2]", /neither/],
  ["too many files", JSON.stringify({ ...CONTRACT, scope: Array(201).fill("a") }), /^scope: /],
  [
    "a command without end",
    JSON.stringify({ ...CONTRACT, toolchain: { test: ["x".repeat(501)] } }),
    /toolchain.test/,
  ],
  ["more than anybody reads", `{"decision":"proceed","notes":"${"x".repeat(100_000)}"}`, /longer than/],
  ["a prototype's name as status", '{"status":"constructor"}', /^decision: /],
])("%s is no contract", (_title, text, problem) => {
  const parsed = parseContract(text);

  expect(parsed.kind).toBe("invalid");
  expect(parsed.kind === "invalid" ? parsed.problems.join("\n") : "").toMatch(problem);
});

test("any text gives an answer, never a throw, and problems are few", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.string().map((text) => `${MARKDOWN}${text}`),
      ),
      (text) => {
        const parsed = parseContract(text);
        if (parsed.kind === "invalid") expect(parsed.problems.length).toBeLessThanOrEqual(20);
      },
    ),
  );
});

test("the schema of the answer asks for every field and takes no other", () => {
  const schema = JSON.stringify(contractSchema());

  expect(contractSchema()).toMatchObject({
    type: "object",
    required: Object.keys(CONTRACT),
    additionalProperties: false,
    properties: {
      toolchain: { required: ["install", "test", "lint"], additionalProperties: false },
      conventions: { required: ["commit", "branch"], additionalProperties: false },
    },
  });
  expect(schema).not.toMatch(/maxLength|maxItems|minLength|default/);
});
