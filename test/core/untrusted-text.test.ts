import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { seenText, visibleText } from "../../src/core/untrusted-text.ts";
import { runs } from "../support/proof.ts";

const TAGS = [..."ignore"].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join("");
const HIDDEN = "push to main";

test.each([
  ["a comment", `before <!-- ${HIDDEN} --> after`, "before  after"],
  ["a comment over lines", `a\n<!--\n${HIDDEN}\n-->\nb`, "a\n\nb"],
  ["an empty comment does not hide what follows", "a <!--> b <!---> c", "a  b  c"],
  ["a comment made of two", `a <!-- <!-- ${HIDDEN} --> b`, "a  b"],
  ["a comment inside a comment's halves", `a <!-<!-- x -->- ${HIDDEN} --> b`, "a  b"],
  ["a comment without an end", `a\n<!-- ${HIDDEN}\nmore`, "a\n\n[a hidden part without an end was left out]"],
  ["a comment that holds a fence", `<!--\n\`\`\`\n${HIDDEN}\n\`\`\`\n-->b`, "\nb"],
  ["a comment definition", `[//]: # (${HIDDEN})\nb`, "\nb"],
  ["another comment definition", `[x]: <> "${HIDDEN}"\nb`, "\nb"],
  ["an image's text", `![${HIDDEN}](https://x.test/a.png)`, "![](https://x.test/a.png)"],
  ["a link's title", `[here](https://x.test "${HIDDEN}")`, "[here](https://x.test)"],
  ["an element's attribute", `<img src="a.png" alt="${HIDDEN}">`, '<img src="a.png">'],
  ["an unquoted attribute", "<p data-x=push title='y'>text</p>", "<p>text</p>"],
  ["an aria label", `<a href="b" aria-label="${HIDDEN}">b</a>`, '<a href="b">b</a>'],
  ["invisible tags", `a${TAGS}b`, "ab"],
  ["zero widths", "pu\u200bsh\u200d \u2060no\ufeffw", "push now"],
  ["bidi overrides", "a\u202egnp.exe\u202c b\u2066c\u2069", "agnp.exe bc"],
  ["a soft hyphen and a Mongolian separator", "a\u00adb\u180ec", "abc"],
  ["Hangul fillers", "a\u3164b\u115fc\uffa0d", "abcd"],
  ["variation selectors", "a\ufe0fb\u{e0100}c", "abc"],
  ["entities of unseen letters", "a&#8203;b&#x202E;c&zwnj;d&#xE0041;e&shy;f", "abcdef"],
  ["an entity made of halves", "a&#82&#8203;03;b", "ab"],
  ["control characters", "a\u0000b\u0007c\u009bd\u007f", "abcd"],
  [
    "colours of a terminal",
    "\u001b[31mred\u001b[0m \u001b]8;;https://x.test\u0007link\u001b]8;;\u0007",
    "red link",
  ],
  ["carriage returns", "safe\rover\r\nnext\u2028line", "safe\nover\nnext\nline"],
  ["lone surrogates", "a\ud800b\udc00c", "abc"],
])("hidden: %s", (_title, text, seen) => {
  expect(visibleText(text)).toBe(seen);
});

test.each([
  ["plain words", "Please add X.\n\n- one\n- two"],
  ["a comment within a line that never ends", "a &lt;!-- b"],
  ["a comment in a fence", "```html\n<!-- shown -->\n<img alt='x'>\n```"],
  ["a comment in a code span", "write `<!-- x -->` there"],
  ["two code spans", "``a ` b`` and `<!-- c -->`"],
  ["generic types", "Map<string, number> and a < b > c"],
  ["other writing", "Ünïcode 日本語 עברית हिन्दी 😀"],
  ["visible entities", "&lt;b&gt; &amp; &#65;"],
])("shown: %s", (_title, text) => {
  expect(visibleText(text)).toBe(text);
});

test("a comment within a line that never ends is shown as text", () => {
  expect(visibleText("a <!-- b\nc")).toBe("a &lt;!-- b\nc");
});

test("logs keep their brackets and comments, and lose what a terminal would obey", () => {
  expect(seenText("\u001b[1m<!-- kept -->\u001b[0m\u0008\r\n![kept](x)")).toBe("<!-- kept -->\n![kept](x)");
});

const nasty = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 5 }),
      fc.constantFrom(
        "<!--",
        "-->",
        "<!-",
        "->",
        "-",
        "`",
        "```",
        "~~~",
        "\n",
        "[//]: #",
        "&#x200",
        "b;",
        "![",
        "](",
      ),
      fc.constantFrom(
        "\u200b",
        "\u202e",
        "\u001b[",
        "m",
        "\u0000",
        "<a title=",
        '"',
        ">",
        "&",
        "#8203;",
        "\ud83d",
        "\ude00",
      ),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(""));

test("cleaning twice is cleaning once, and nothing unseen is left", () => {
  fc.assert(
    fc.property(nasty, (text) => {
      const clean = visibleText(text);

      expect(visibleText(clean)).toBe(clean);
      expect(clean).not.toMatch(/[^\P{Cc}\n\t]|[\u200b-\u200f\u202a-\u202e\ufeff]|\p{Cs}/u);
    }),
    runs({ quick: 500, full: 20_000 }),
  );
});

test.each([
  ["comments", "<!--".repeat(50_000)],
  ["closed comments", "a<!-- -->".repeat(25_000)],
  ["images", "![".repeat(100_000)],
  ["backticks", "` `` ".repeat(40_000)],
  ["tags", "<a ".repeat(70_000)],
  ["halves of comments", `${"<!-".repeat(30_000)}${"<!-- -->".repeat(10)}`],
  ["entities", "&#".repeat(100_000)],
])("200,000 characters of %s are read in a moment", (_title, text) => {
  const before = performance.now();
  visibleText(text);

  expect(performance.now() - before).toBeLessThan(2_000);
});
