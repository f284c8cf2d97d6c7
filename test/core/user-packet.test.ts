import { expect, test } from "@jest/globals";
import { readUserPacket } from "../../src/core/user-packet.ts";

const EMPTY = {
  acceptance_criteria: [],
  instructions: [],
  constraints: [],
  references: [],
  test_commands: [],
  lint_commands: [],
};

test.each([
  [
    "known keys",
    "p.json",
    '{"title":"X","constraints":["keep the API"]}',
    { title: "X", constraints: ["keep the API"] },
  ],
  ["an empty object", "p.json", "{}", {}],
  ["JSON under another name", "packet.txt", '{"references":["docs/a.md"]}', { references: ["docs/a.md"] }],
  ["Markdown", "p.md", "# Do\n\n- this\n", { instructions: ["# Do\n\n- this"] }],
  ["plain words", "p", "Do this.", { instructions: ["Do this."] }],
  [
    "words with what nobody sees",
    "p.md",
    "Do\u202e this\u200b.\r\n\u001b[31mNow",
    { instructions: ["Do this.\nNow"] },
  ],
])("%s can be used", (_title, name, text, expected) => {
  expect(readUserPacket({ name, text })).toEqual({ kind: "valid", packet: { ...EMPTY, ...expected } });
});

test.each([
  ["nothing", "p.json", "  \n", /empty/],
  ["only what nobody sees", "p.md", "\u200b\u0000", /empty/],
  ["broken JSON", "p.json", "{", /^it is not JSON/],
  ["a list", "p.json", "[]", /object/],
  [
    "a key that nobody may set",
    "p.json",
    '{"policy":{}}',
    /policy.*these may be set: title, acceptance_criteria/,
  ],
  ["a list of numbers", "p.json", '{"constraints":[1]}', /^constraints.0: /],
  ["an empty entry", "p.json", '{"constraints":[" "]}', /^constraints.0: /],
  ["too many entries", "p.json", JSON.stringify({ constraints: Array(51).fill("a") }), /^constraints: /],
  ["too long an entry", "p.json", JSON.stringify({ constraints: ["a".repeat(20_001)] }), /^constraints.0: /],
  ["too much Markdown", "p.md", "a".repeat(20_001), /20000 characters/],
  ["too much of everything", "p.json", `{"constraints":["${"a".repeat(100_000)}"]}`, /100000 characters/],
])("%s cannot", (_title, name, text, problem) => {
  const read = readUserPacket({ name, text });

  expect(read.kind === "invalid" ? read.problems.join("\n") : "valid").toMatch(problem);
});
