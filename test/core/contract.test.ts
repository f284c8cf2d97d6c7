import { expect, test } from "@jest/globals";
import { type Contract, parseContract } from "../../src/core/contract.ts";

const CONTRACT: Contract = {
  decision: "proceed",
  reasons: ["it is missing"],
  toolchain: { install: [], test: ["npm test"], lint: [] },
  conventions: { commit: "feat: ...", branch: null },
  scope: ["a.ts"],
  risks: [],
  notes: "",
};
const TEXT = JSON.stringify(CONTRACT);

test.each([
  ["plain JSON", TEXT],
  ["JSON in prose", `Here it is:\n\`\`\`json\n${TEXT}\n\`\`\`\nDone.`],
])("%s is read", (_title, text) => {
  expect(parseContract(text)).toEqual({ kind: "valid", contract: CONTRACT });
});

test.each<[string, string, string]>([
  ["nothing", "", "the answer is not a JSON object"],
  ["prose", "I shall begin {now}", "the answer is not a JSON object"],
  ["another decision", JSON.stringify({ ...CONTRACT, decision: "go" }), "decision: "],
  ["a field that is missing", JSON.stringify({ ...CONTRACT, scope: undefined }), "scope: "],
  ["a field that nobody knows", JSON.stringify({ ...CONTRACT, more: 1 }), "contract: "],
])("%s is no contract, and the problem says why", (_title, text, words) => {
  const read = parseContract(text);

  expect(read.kind === "invalid" && read.problems.join("\n")).toContain(words);
});
