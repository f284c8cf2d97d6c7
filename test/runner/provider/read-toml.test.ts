import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { readToml } from "../../../runner/provider/read-toml.ts";

test.each([
  [
    "a bare value",
    "a = 1\nb = true",
    [
      [["a"], 1],
      [["b"], true],
    ],
  ],
  [
    "strings of both kinds",
    `a = "x\\ty\\u0041" # note\nb = 'c:\\d'`,
    [
      [["a"], "x\tyA"],
      [["b"], "c:\\d"],
    ],
  ],
  [
    "tables and dotted keys",
    '[a.b]\nc.d = "e"\n["f g".h]\ni = 2',
    [
      [["a", "b", "c", "d"], "e"],
      [["f g", "h", "i"], 2],
    ],
  ],
  ["an inline table", 'a = { b = "c", "d-e" = 1 }', [[["a"], { b: "c", "d-e": 1 }]]],
  [
    "a header inside a long string is text",
    'a = """\n[evil]\nmodel = "x"\n"""\nb = 1',
    [
      [["a"], '[evil]\nmodel = "x"\n'],
      [["b"], 1],
    ],
  ],
  [
    "a header inside an array is not a header",
    'a = [\n  "[evil]", # [evil]\n  ["x"],\n]\nb = 1',
    [[["b"], 1]],
  ],
  [
    "an array of tables has a place of its own",
    "[[a]]\nb = 1\n[a]\nb = 2",
    [
      [["a", "#", "b"], 1],
      [["a", "b"], 2],
    ],
  ],
  ["dates are read over", "a = 1979-05-27T07:32:00Z\nb = 1_000", [[["b"], 1000]]],
  [
    "windows line ends",
    "a = 1\r\n\r\n[b]\r\nc = 2\r\n",
    [
      [["a"], 1],
      [["b", "c"], 2],
    ],
  ],
])("%s", (_title, text, expected) => {
  expect(readToml(text)).toEqual({ ok: true, entries: expected.map(([path, value]) => ({ path, value })) });
});

test.each([
  ["an open string", 'a = 1\nb = "x\nc = 2', 2],
  ["two values on a line", "a = 1 b = 2", 1],
  ["a key without a value", "a =\nb = 1", 1],
  ["an open array", "a = [1, 2", 1],
  ["a word that is no value", "a = yes", 1],
  ["an unknown escape", 'a = "\\q"', 1],
])("%s is refused with its line", (_title, text, line) => {
  expect(readToml(text)).toMatchObject({ ok: false, line });
});

test("any text is read or refused, never thrown at", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(..."ab=[]{}\"'\\\n#., 1-") }),
      (text) => void readToml(text),
    ),
    { numRuns: 500 },
  );
});

test("every string comes back as it was written", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (value) => {
      expect(readToml(`a = ${JSON.stringify(value)}`)).toEqual({
        ok: true,
        entries: [{ path: ["a"], value }],
      });
    }),
    { numRuns: 200 },
  );
});
