import { expect, test } from "@jest/globals";
import { didYouMean, suggest } from "../../src/core/suggest.ts";

test.each([
  ["max_changd_files", ["max_added_lines", "max_changed_files"], "max_changed_files"],
  ["PORT", ["port"], "port"],
  ["retri", ["retry", "resume"], "retry"],
  ["banana", ["retry", "resume"], null],
  ["x", [], null],
])("%s means %j at most", (name, known, meant) => expect(suggest(name, known)).toBe(meant));

test("nothing is said where nothing is meant", () => {
  expect(didYouMean("retri", ["retry"])).toBe(' (did you mean "retry"?)');
  expect(didYouMean("banana", ["retry"])).toBe("");
});
