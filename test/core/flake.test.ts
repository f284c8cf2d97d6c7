import { expect, test } from "@jest/globals";
import { flakeWords, suspectFlake } from "../../src/core/flake.ts";

function failed(summary: string, annotations: string[] = []) {
  return { name: "e2e", url: "https://ci.example/1", summary, annotations };
}

test.each([
  ["npm error network read ECONNRESET"],
  ["curl: (6) Could not resolve host: registry.example"],
  ["fatal: unable to access: connection timed out"],
  ["received unexpected HTTP status: 503 Service Unavailable"],
  ["Error: Test timed out in 5000ms."],
  ["The job has exceeded the maximum execution time of 6h0m0s"],
  ["The runner has received a shutdown signal."],
])("“%s” hints at a flake, and is its evidence", (line) => {
  const flake = suspectFlake(failed(`ok 1\n${line}\nnot ok 2`), new Set());

  expect(flake).toMatchObject({ name: "e2e", sure: false, evidence: `it says “${line}”` });
});

test.each([
  ["AssertionError: expected 1 to be 2"],
  ["test timeouts are kept ... ok"],
  ["3 tests failed"],
  ["error TS2322: Type 'string' is not assignable"],
])("“%s” hints at nothing", (line) => expect(suspectFlake(failed(line), new Set())).toBeNull());

test("an annotation may say it as well", () => {
  expect(suspectFlake(failed("", ["a.txt:1: ETIMEDOUT"]), new Set())).not.toBeNull();
});

test("what also passed on the same commit is one for sure, and people are told where to run it again", () => {
  const flake = suspectFlake(failed("AssertionError"), new Set(["e2e"]));

  expect(flake).toMatchObject({ sure: true });
  expect(flake && flakeWords(flake)).toBe(
    "e2e looks flaky: it also passed on the same commit; run it again at https://ci.example/1",
  );
});
