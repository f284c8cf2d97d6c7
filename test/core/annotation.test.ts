import { expect, test } from "@jest/globals";
import { annotationsOf } from "../../src/core/annotation.ts";
import type { AttemptReport } from "../../src/core/attempt.ts";

function places(outputTail: string, verdict = "new_failure"): string[] {
  const head = { exitCode: 1, timedOut: false, durationMs: 1, failing: null, ran: null, outputTail };
  const command = { command: "npm test", kind: "test", origin: "manifest", head, verdict };
  const evidence = { verification: { mode: "head", dependencies: "none", commands: [command] } };
  return annotationsOf({ evidence } as unknown as AttemptReport).map(({ path, line }) => `${path}:${line}`);
}

test.each([
  ["    at greet (src/greet.ts:12:7)", ["src/greet.ts:12"]],
  ["test/a_test.py:7: AssertionError", ["test/a_test.py:7"]],
  ['  File "pkg/mod.py", line 42, in f', ["pkg/mod.py:42"]],
  ["Program.cs(12,3): error CS1002", ["Program.cs:12"]],
  ["src/a.rs:9:5\nsrc/a.rs:9:5\nsrc/b.rs:1:1", ["src/a.rs:9", "src/b.rs:1"]],
  ["    at node_modules/jest/run.js:1:2", []],
  ["    at run (/usr/lib/run.js:1:2)", []],
  ["../outside.ts:3:1", []],
  ["listening on localhost:8080 at 12:30:11", []],
])("%j names %j", (output, expected) => expect(places(output)).toEqual(expected));

test("what passed names nothing, and at most fifty places are named", () => {
  const many = Array.from({ length: 80 }, (_, index) => `src/a.ts:${index + 1}:1`).join("\n");

  expect(places(many, "passed")).toEqual([]);
  expect(places(many)).toHaveLength(50);
});
