import { expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  cell,
  clip,
  clipStart,
  code,
  fence,
  link,
  MAX_BODY,
  marker,
  neutralise,
  plainText,
  prose,
  withMarker,
  withoutComments,
  words,
} from "../../src/core/markdown.ts";

test.each([
  ["terminal colours", "\u001b[31mred\u001b[0m", "red"],
  ["a terminal title", "\u001b]0;title\u0007x", "x"],
  ["null and bell", "a\u0000b\u0007", "ab"],
  ["zero-width and bidirectional", "a\u200bb\u202ec\u2066d\ufeff", "abcd"],
  ["hidden tag characters", "a\u{e0041}\u{e0042}b", "ab"],
  ["carriage returns", "a\r\nb\rc", "a\nb\nc"],
  ["what may stay", "a\tb\nç 漢 🚀", "a\tb\nç 漢 🚀"],
])("plain text: %s", (_title, text, expected) => expect(plainText(text)).toBe(expected));

test.each([
  ["plain", "a", "```\na\n```"],
  ["a fence inside", "```\nrm\n```", "````\n```\nrm\n```\n````"],
  ["a long fence inside", "`````` x", "```````\n`````` x\n```````"],
])("a fence cannot be left: %s", (_title, text, expected) => expect(fence(text)).toBe(expected));

test("no text gets out of its fence", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("`", "```", "\n", "a", "~~~", " ")), (parts) => {
      const [first = "", ...rest] = fence(parts.join("")).split("\n");
      const closers = rest.filter((line) => /^ {0,3}`+\s*$/.test(line) && line.trim().length >= first.length);

      expect(closers).toHaveLength(1);
      expect(rest.at(-1)).toBe(first);
    }),
  );
});

test.each([
  ["plain", "npm test", "`npm test`"],
  ["backticks", "a `b` c", "``a `b` c``"],
  ["at the edge", "`b`", "`` `b` ``"],
  ["lines", "a\nb", "`a b`"],
  ["nothing", "", "` `"],
])("inline code: %s", (_title, text, expected) => expect(code(text)).toBe(expected));

test("a table cell holds no bare pipe", () => expect(cell("a | b")).toBe("`a \\| b`"));

test.each([
  ["a mention", "@everyone", "@\u2060everyone"],
  ["a team", "@org/team", "@\u2060org/team"],
  ["an issue", "fixes #12", "fixes #\u206012"],
  ["the old form", "GH-7", "GH\u2060-7"],
  ["a mail address stays readable", "a@b.example", "a@\u2060b.example"],
  ["no number", "# title", "# title"],
  [
    "a mention whose sign is an entity",
    "&#64;ada &#x40;ada &commat;ada",
    "&#\u206064;ada &\u2060#x40;ada &\u2060commat;ada",
  ],
  ["a mention whose name is one", "@&#97;da", "@&#\u206097;da"],
  ["an issue whose sign is one", "fixes &num;12 &#35;12", "fixes &\u2060num;12 &#\u206035;12"],
])("neutralises %s", (_title, text, expected) => expect(neutralise(text)).toBe(expected));

test.each([
  ["an image", "![x](https://evil.example/?q=1)", "\\!\\[x\\]\\(h\u2060ttps://evil.example/?q=1\\)"],
  ["raw HTML", "<details open>", "\\<details open\\>"],
  ["a heading", "# big", "\\# big"],
  ["a list", "1. one", "\\1. one"],
  ["bold", "**x**", "\\*\\*x\\*\\*"],
  ["a comment", "<!-- agentpr:x -->", "\\<\\!-- agentpr:x --\\>"],
])("foreign words have no effect: %s", (_title, text, expected) => expect(words(text)).toBe(expected));

test.each([
  ["a comment", "a<!-- x -->b", "ab"],
  ["one without an end", "a<!-- x", "a"],
  ["one within the pieces of another", "a<!<!-- x -->-- y -->b", "ab"],
  ["none", "a -- b", "a -- b"],
])("takes comments out: %s", (_title, text, expected) => expect(withoutComments(text)).toBe(expected));

test("comments are gone whatever they are made of, and a second time changes nothing", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("<", "!", "--", ">", "<!--", "-->", "a", "\n")), (parts) => {
      const cleaned = withoutComments(parts.join(""));

      expect(cleaned).not.toContain("<!--");
      expect(withoutComments(cleaned)).toBe(cleaned);
    }),
  );
});

test("prose keeps its Markdown and loses what acts", () => {
  const text = "**bold** @all ![x](http://a.example) <img src=x> <!-- hidden --> `code`";

  expect(prose(text, 500)).toBe("**bold** @\u2060all !\u2060[x](http://a.example) <\u2060img src=x>  `code`");
});

test("cutting never splits a character and never grows", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme", maxLength: 200 }),
      fc.integer({ min: 0, max: 120 }),
      (text, max) => {
        expect(clip(text, max).length).toBeLessThanOrEqual(Math.max(max, 0));
        expect(clip(text, max).isWellFormed()).toBe(text.isWellFormed());
      },
    ),
  );
  expect(clipStart(`${"a".repeat(500)}end`, 100)).toMatch(/^\(\d+ earlier characters left out\)\n.*end$/);
});

test("only plain addresses become links", () => {
  expect(link("x", "https://a.example/b")).toBe("[x](https://a.example/b)");
  expect(link("x", "javascript:alert(1)")).toBe("x");
  expect(link("x", "https://a.example/) [y](z")).toBe("x");
});

test("a marker holds nothing that ends it", () => {
  expect(marker("reply", "x--> <b>")).toBe("<!-- agentpr:reply:x-___b_ -->");
});

test("the marker stays whole and last in a body that is too long", () => {
  const mark = marker("sticky", "run_1");
  const body = withMarker("x".repeat(100_000), mark);

  expect(body.length).toBeLessThanOrEqual(MAX_BODY);
  expect(body.endsWith(`\n\n${mark}`)).toBe(true);
});
