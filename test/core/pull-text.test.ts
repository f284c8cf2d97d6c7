import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { pullText, pullTitle } from "../../src/core/pull-text.ts";
import { runs } from "../support/proof.ts";
import { sampleChange, sampleEvidence, sampleReport, sampleSummary, verified } from "./sample-report.ts";
import { runIn } from "./sample-run.ts";

const PLAIN = { contract: null, template: null, about: null };
type Report = ReturnType<typeof sampleReport>;

function body(
  more: Partial<Report> = {},
  request: Partial<ReturnType<typeof runIn>["request"]> = {},
): string {
  const run = runIn("PUSHED");
  const report = sampleReport(more);
  return pullText({
    run: { ...run, request: { ...run.request, ...request } },
    change: sampleChange(),
    report,
    contract: null,
    template: report.pullTemplate?.text ?? null,
    about: null,
    prose: null,
  }).body;
}

const template = (text: string) => ({ pullTemplate: { path: ".github/pull_request_template.md", text } });
const notes = (text: string) => ({ summary: sampleSummary(text) });
const commands = (...found: ReturnType<typeof verified>[]) => ({ evidence: sampleEvidence(found) });

test("the title is the commit's own subject, within GitHub's limit", () => {
  expect(pullTitle(sampleChange())).toBe("feat: add a thing");
  expect(pullTitle(sampleChange({ message: "x".repeat(300) }))).toHaveLength(250);
});

test("without a template the body is the summary", () => {
  expect(body()).toBe(
    [
      "It adds a thing.",
      "",
      "Relates to #5.",
      "",
      "**agentpr** · run `run_sample` · attempt 1 · PASS (`runtime_success`)",
      "",
      "- asked for in #5",
      "- 1 file, +3 −1",
      "- `npm test`: passed (12 tests)",
      "",
    ].join("\n"),
  );
});

test("no words of others close an issue, by its number or by its address", () => {
  const address = "https://github.com/octo/widget/issues/12";
  const filled = body(notes(`Fixes ${address}, closes #13 and resolves octo/widget#14.`));
  const untold = body({ summary: null }, { title: `Closes ${address}` });

  expect(filled).toContain("Fixes github.com/octo/widget/issues/12, closes #\u206013 and");
  expect(`${filled}${untold}`).not.toMatch(/https?:|(?:clos|fix|resolv)\S+ \S*#\d/i);
});

test("the operator's words go before the worker's", () => {
  const report = sampleReport();
  const text = pullText({
    ...PLAIN,
    run: runIn("PUSHED"),
    change: sampleChange(),
    report,
    prose: "Ours, @mia.",
  });

  expect(text.body.startsWith("Ours, @mia.\n\nRelates to #5.\n\n**agentpr**")).toBe(true);
});

test("a template keeps its headings, loses its comments and is filled where that is known", () => {
  const filled = body(
    template(
      [
        "<!-- Thank you for",
        "contributing! -->",
        "## Description",
        "<!-- what -->",
        "",
        "## Related issue",
        "",
        "## How was this tested?",
        "",
        "## Screenshots",
        "",
        "## Another description",
      ].join("\r\n"),
    ),
  );

  expect(filled).toContain("## Description\n\nIt adds a thing.\n");
  expect(filled).toContain("## Related issue\n\nRelates to #5.\n");
  expect(filled).toContain("## How was this tested?\n\n- `npm test`: passed (12 tests)\n");
  expect(filled).toContain("## Screenshots\n");
  expect(filled).toMatch(/## Another description\n\n---\n\n\*\*agentpr\*\*/);
  expect(filled).not.toMatch(/<!--|Thank you|\r/);
  expect(filled.match(/It adds a thing\./g)).toHaveLength(1);
});

const PASSED = commands(verified());
const NOTHING = commands();
const ONE_FAILS = commands(verified(), verified({ command: "tox", verdict: "preexisting" }));
const ONLY_LINT = commands(verified({ kind: "lint" }));

test.each<[string, Partial<Report>, string, "x" | " "]>([
  ["tests that passed", PASSED, "- [ ] All tests pass", "x"],
  ["tests that passed, in other words", PASSED, "* [ ] I ran the unit tests locally", "x"],
  ["tests that nobody ran", NOTHING, "- [ ] All tests pass", " "],
  ["tests of which some failed before", ONE_FAILS, "- [ ] All tests pass", " "],
  ["tests, where only a linter ran", ONLY_LINT, "- [ ] All tests pass", " "],
  ["what only a person can know", PASSED, "- [ ] I have read CONTRIBUTING.md", " "],
  ["tests that were written, of which we know nothing", PASSED, "- [ ] I added tests and they pass", " "],
  ["the opposite of what happened", PASSED, "- [ ] I have not run the tests", " "],
  ["the opposite of what happened, in short", PASSED, "- [ ] Tests don't pass", " "],
  ["tests by hand", PASSED, "- [ ] I ran manual tests", " "],
])("a box about %s is ticked only with evidence", (_title, report, line, mark) => {
  expect(body({ ...report, ...template(line) })).toContain(line.replace("[ ]", `[${mark}]`));
});

test.each<[string, Partial<Report>, Parameters<typeof body>[1]]>([
  ["the worker's words", notes("thanks @octo/everyone and @mia"), {}],
  ["a request's title", { summary: null }, { title: "hi @octo/everyone @mia" }],
  ["a request's title in a template", template("## Why\n"), { title: "hi @octo/everyone @mia", issue: null }],
])("mentions in %s call nobody", (_title, report, request) => {
  const text = body(report, request);

  expect(text).toContain("octo/everyone");
  expect(text).not.toMatch(/@[A-Za-z0-9]/);
});

test("a command of many lines or with fences of its own stays one line of code", () => {
  const text = body(commands(verified({ command: "npm ci\n\nnpm test -- `id` @mia" })));

  expect(text).toContain("- `npm ci npm test -- ˋidˋ @mia`: passed (12 tests)");
});

test("no words of the worker can hide what stands after them", () => {
  const hiding = fc
    .array(fc.constantFrom("<!--", "-->", "<!", "--", ">", "<", "x", "@mia", " ", "\n"))
    .map((parts) => parts.join(""));

  fc.assert(
    fc.property(hiding, (text) => {
      const shown = body({ ...notes(text), ...template(`## Description\n${text}`) });
      expect(shown).not.toContain("<!--");
      expect(shown).toContain("**agentpr** · run `run_sample`");
    }),
    runs({ quick: 200, full: 10_000 }),
  );
});
