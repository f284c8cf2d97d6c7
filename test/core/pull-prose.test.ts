import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { heedProse, type ProsePlace, prosePlaces, proseQuestion } from "../../src/core/pull-prose.ts";
import { type PullMaterial, pullText } from "../../src/core/pull-text.ts";
import { templateLines } from "../../src/core/template-lines.ts";
import { runs } from "../support/proof.ts";
import { sampleChange, sampleReport } from "./sample-report.ts";
import { runIn } from "./sample-run.ts";

const TEMPLATE = `<!-- Thanks! -->
## Summary

## Motivation

## How was it tested?

## Risks

## Checklist

- [ ] All tests pass
- [x] I have read the contributing guidelines
`;
const ALL = ["what", "why", "risks"];

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

function heeded(text: string, section = "what"): string | undefined {
  const places: ProsePlace[] = [{ section: "what", heading: "Summary" }];
  return heedProse(places, { sections: [{ section, text }] }).what;
}

test.each<[string, string | null, Partial<PullMaterial>, string[]]>([
  ["a heading for each", TEMPLATE, {}, ALL],
  ["words of the operator's own", TEMPLATE, { prose: "By hand." }, ["why", "risks"]],
  ["one heading for two", "## What it does and why\n", {}, ["what", "why"]],
  ["a heading for the issue's number", "## Summary\n\n## Related issue\n\nFixes #\n", {}, ["what"]],
  ["boxes and pictures alone", "## Type of change\n\n- [ ] Fix\n\n## Screenshots\n", {}, []],
  ["tests alone", "## How was it tested?\n", {}, []],
  ["a heading that a person speaks under", "## Summary: I confirm that I have read the rules\n", {}, []],
  ["headings in code", "```\n## Summary\n```\n", {}, []],
  ["no template", null, {}, []],
])("a model is asked for what the template asks for: %s", (_title, template, more, sections) => {
  const given = material(template, more);
  const places = prosePlaces(given);

  expect(places.map(({ section }) => section)).toEqual(sections);
  expect(proseQuestion(given, places).choices).toEqual(sections);
});

test.each<[string, string, string | undefined]>([
  ["plain words", "It greets **everybody**.\n\n- twice", "It greets **everybody**.\n\n- twice"],
  ["a heading", "# Done\nIt greets.", "Done\nIt greets."],
  ["an underlined heading", "Done\n====\nIt greets.", "Done\nIt greets."],
  ["a heading in HTML", "<h1>Done</h1> It greets.", "Done It greets."],
  ["a heading in a list", "- # Done", "-  Done"],
  ["a block of code", "```js\ngreet();\n```", "js\ngreet();"],
  ["a ticked box", "- [x] All tests pass", "-  All tests pass"],
  ["a box in a list in a list", "- - [x] All tests pass", "- -  All tests pass"],
  ["a box with something unseen in it", "- [\u200bx] All tests pass", "-  All tests pass"],
  ["a credential", `It uses ghp_${"aB3dE5gH7j".repeat(4)}.`, "It uses [redacted]"],
  [
    "an address that would close an issue",
    "Fixes https://github.com/o/r/issues/1",
    "Fixes github.com/o/r/issues/1",
  ],
  ["a comment", "It greets.<!-- hidden -->", "It greets."],
  ["a person's words", "It greets.\n\nI have read the CLA.", undefined],
  ["a sign-off", "Signed-off-by: Ada <ada@example.org>", undefined],
  ["nothing", "  \n", undefined],
])("of a model's words only prose is heeded: %s", (_title, said, becomes) => {
  expect(heeded(said)).toBe(becomes);
});

test("nobody is mentioned, and what was tested stays what was seen", () => {
  const places = prosePlaces(material(TEMPLATE));
  const sections = [
    { section: "what", text: "For @mia, as in #7." },
    { section: "tests", text: "Everything was tested by hand." },
  ];
  const { body } = pullText(material(TEMPLATE, { words: heedProse(places, { sections }) }));

  expect(body).toContain("For @\u2060mia, as in #\u20607.");
  expect(body).not.toContain("by hand");
  expect(body).toContain("`npm test`: passed (12 tests)");
});

/** Pieces that Markdown gives a meaning to, and any other characters. */
const said = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "# ",
        "## Checklist",
        "- [x] ",
        "[X]",
        "[ ] ",
        "> ",
        "```",
        "~~~",
        "\n",
        "\n\n",
        "---\n",
        "===\n",
      ),
      fc.constantFrom(
        "<h2>",
        "<details>",
        "<!--",
        "-->",
        "<pre>",
        "@mia",
        "#5",
        "I have read it",
        "**What**\n",
        "\t",
        "    ",
      ),
      fc.string({ unit: "grapheme", maxLength: 20 }),
    ),
    { maxLength: 30 },
  )
  .map((pieces) => pieces.join(""));

const answers = fc.record({
  sections: fc.array(fc.record({ section: fc.constantFrom(...ALL), text: said }), { maxLength: 5 }),
});

/** What of a body asks or answers: its headings, and its boxes with their ticks. */
function skeleton(body: string): string[] {
  return templateLines(body).flatMap((line) =>
    line.kind === "heading" || line.kind === "box" ? [line.text.trim()] : [],
  );
}

test("whatever a model writes, headings, boxes, ticks and questions are those of the rules", () => {
  const rules = pullText(material(TEMPLATE));
  const places = prosePlaces(material(TEMPLATE));
  fc.assert(
    fc.property(answers, (answer) => {
      const words = heedProse(places, answer);
      const written = pullText(material(TEMPLATE, { words }));

      expect(skeleton(written.body)).toEqual(skeleton(rules.body));
      expect(written.questions).toEqual(rules.questions);
      expect(written.body).not.toMatch(/@mia/);
    }),
    runs({ quick: 300, full: 20_000 }),
  );
});
