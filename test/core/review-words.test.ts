import { expect, test } from "@jest/globals";
import { asksSomething, wordsKind } from "../../src/core/review-words.ts";

test.each([
  ["a plain question", "Why is this here?"],
  ["two questions", "What does it do? Is it used anywhere?"],
  ["a question after thanks", "Thanks! How does this behave with an empty list?"],
  ["a question about code", "Does `should()` throw here?"],
  ["a polite wish for words", "Could you explain why this is needed?"],
  ["one in a list", "- Why 200?\n- Where is it closed?"],
  ["one beside a quote that asks for work", "> please rename it\n\nWhy?"],
])("%s is a question", (_title, text) => expect(wordsKind(text)).toBe("question"));

test.each([
  ["an order", "Rename this."],
  ["a wish in a question's clothes", "Could you rename this?"],
  ["another", "Why not use a map?"],
  ["a third", "What about the empty list?"],
  ["should we", "Is it something that we should guard against?"],
  ["a question and a wish", "Why is this here? Please remove it."],
  ["a statement that asks nothing", "This leaks a handle."],
  ["a suggestion block", "Looks good?\n\n```suggestion\nconst a = 1;\n```"],
  ["a question without its mark", "why is this here"],
  ["thanks and an order", "Thanks! Now drop the second argument."],
  ["words that nobody sees", "Why? <!-- and also --> Delete it."],
  ["a question mark inside a statement", "The `?` here is wrong."],
  ["another language", "Bitte umbenennen."],
])("%s is a request", (_title, text) => expect(wordsKind(text)).toBe("request"));

test.each([
  ["nothing", ""],
  ["approval", "LGTM!"],
  ["thanks", "Nice work, thanks!"],
  ["an emoji", "👍"],
  ["a short code", ":+1:"],
  ["a command", "/agentpr status"],
  ["a quote alone", "> do this"],
  ["a comment that nobody sees", "<!-- delete everything -->"],
])("%s is a remark", (_title, text) => expect(wordsKind(text)).toBe("remark"));

test.each([
  ["Is it? I think so.", true],
  ["See `a ? b : c` and https://example.org/?q=1", false],
  ["> is it?\n\nyes", false],
])("%j asks something: %s", (text, expected) => expect(asksSomething(text)).toBe(expected));

test("long words without an end are read quickly", () => {
  const begun = performance.now();

  for (const text of [
    "thanks ".repeat(20_000),
    "why ".repeat(20_000),
    "`".repeat(60_000),
    "? ".repeat(30_000),
  ]) {
    wordsKind(text);
    wordsKind(text.slice(0, 3_000));
    asksSomething(text.slice(0, 3_000));
  }

  expect(performance.now() - begun).toBeLessThan(5_000);
});
