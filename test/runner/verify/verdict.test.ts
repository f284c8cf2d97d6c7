import { expect, test } from "@jest/globals";
import { knownFailures } from "../../../runner/verify/known-failures.ts";
import { judge, needsBase, needsSecondRun } from "../../../runner/verify/verdict.ts";
import type { VerifyRun } from "../../../src/core/evidence.ts";

function run(changed: Partial<VerifyRun> = {}): VerifyRun {
  return { exitCode: 0, timedOut: false, durationMs: 1, failing: [], ran: 3, outputTail: "", ...changed };
}
const red = (failing: string[] | null = ["a"], changed: Partial<VerifyRun> = {}) =>
  run({ exitCode: 1, failing, ...changed });
const hangs = run({ exitCode: null, timedOut: true, failing: null, ran: null });
const nothing = run({ exitCode: 5, ran: 0 });
const noModule = red(null, { ran: null, outputTail: "/usr/bin/python3: No module named pytest\n" });
const says = run({ failing: null, saysFailed: true });
const lines = (...texts: string[]) =>
  red(
    texts.map((text) => `output: ${text}`),
    { ran: null },
  );
const missing = run({ exitCode: 127, ran: null, failing: null });

test.each<[string, VerifyRun, VerifyRun | null, VerifyRun | null, string, string[]]>([
  ["green", run(), null, null, "passed", []],
  ["red twice, base green", red(), red(), run(), "new_failure", ["a"]],
  ["red twice, base not asked", red(), red(), null, "new_failure", ["a"]],
  ["red twice, the same on the base", red(), red(), red(), "preexisting", []],
  ["fewer failures than the base", red(["a"]), red(["a"]), red(["a", "b"]), "preexisting", []],
  ["one more failure than the base", red(["a", "b"]), red(["a", "b"]), red(["a"]), "new_failure", ["b"]],
  ["red, then green", red(), run(), null, "flaky", ["a"]],
  ["other failures each time", red(["a"]), red(["b"]), null, "flaky", ["a"]],
  [
    "one stable new failure among wavering ones",
    red(["a", "b"]),
    red(["a", "c"]),
    run(),
    "new_failure",
    ["a"],
  ],
  ["unreadable, base red and unreadable", red(null), red(null), red(null), "new_failure", []],
  ["readable, base red and unreadable", red(), red(), red(null), "new_failure", ["a"]],
  [
    "tests vanished",
    red(["a"], { ran: 1 }),
    red(["a"], { ran: 1 }),
    red(["a"], { ran: 3 }),
    "new_failure",
    ["a"],
  ],
  [
    "how many ran is unknown, other exit code",
    red(["a"], { ran: null, exitCode: 2 }),
    red(["a"], { exitCode: 2 }),
    red(["a"], { ran: null }),
    "new_failure",
    ["a"],
  ],
  [
    "how many ran is unknown, same ending",
    red(["a"], { ran: null }),
    red(["a"], { ran: null }),
    red(["a"], { ran: null }),
    "preexisting",
    [],
  ],
  [
    "exit 0, but the output names a failure",
    run({ failing: ["a"] }),
    run({ failing: ["a"] }),
    run(),
    "new_failure",
    ["a"],
  ],
  ["fails without a failing test, base as well", red([]), red([]), red([]), "new_failure", []],
  ["hangs", hangs, null, null, "new_failure", []],
  ["hangs the second time", red(), hangs, null, "new_failure", ["a"]],
  ["the base hangs", red(), red(), hangs, "new_failure", ["a"]],
  ["no tests here, nor on the base", nothing, nothing, nothing, "not_a_test_run", []],
  ["no tests here, but some on the base", nothing, nothing, run(), "new_failure", []],
  ["no tests and red, green without tests on the base", nothing, nothing, run({ ran: 0 }), "new_failure", []],
  ["exit 0, but failures were counted", says, says, run(), "new_failure", []],
  [
    "wavering names beside one of the base",
    red(["a", "b"]),
    red(["a", "c"]),
    red(["a", "b", "c"]),
    "flaky",
    ["b", "c"],
  ],
  ["the very same lines of an unknown runner", lines("a"), lines("a"), lines("a"), "preexisting", []],
  ["fewer lines of an unknown runner", lines("a"), lines("a"), lines("a", "b"), "new_failure", ["output: a"]],
  ["green without a test", run({ ran: 0 }), null, run({ ran: 0 }), "not_a_test_run", []],
  ["the program is missing everywhere", missing, null, missing, "not_a_test_run", []],
  ["the runner is missing everywhere", noModule, noModule, noModule, "not_a_test_run", []],
  ["the runner is missing only here", noModule, noModule, run(), "new_failure", []],
  ["the program is missing only here", missing, null, run(), "new_failure", []],
])("%s", (_title, head, again, base, verdict, newFailures) => {
  expect(judge({ kind: "test", head, again, base, allowlist: [] })).toEqual({ verdict, newFailures });
});

test.each<[string, VerifyRun, VerifyRun, string]>([
  [
    "the same complaints",
    red(["x.ts(#,#): error"], { ran: null }),
    red(["x.ts(#,#): error"], { ran: null }),
    "preexisting",
  ],
  ["another way of ending", red(["x"], { ran: null, exitCode: 2 }), red(["x"], { ran: null }), "new_failure"],
  ["one more complaint", red(["x", "x (2)"], { ran: null }), red(["x"], { ran: null }), "new_failure"],
])("a linter with %s", (_title, head, base, verdict) => {
  expect(judge({ kind: "lint", head, again: head, base, allowlist: [] }).verdict).toBe(verdict);
});

test.each<[string, VerifyRun, string[], string]>([
  ["every failing name is known", red(["net: a", "net: b"]), ["^net:"], "preexisting"],
  ["one failing name is not", red(["net: a", "b"]), ["^net:"], "new_failure"],
  ["an entry that is no pattern is text", red(["a [x"]), ["[x"], "preexisting"],
  ["unknown names are not excused", red(null), [".*"], "new_failure"],
])("allow-list: %s", (_title, head, allowlist, verdict) => {
  expect(judge({ kind: "test", head, again: head, base: null, allowlist }).verdict).toBe(verdict);
});

test.each<[string, VerifyRun, VerifyRun, VerifyRun | null, string]>([
  [
    "known ones are taken away before the rest is compared",
    red(["net: a", "b"]),
    red(["b"]),
    red(["b"]),
    "preexisting",
  ],
  ["a known one may waver", red(["net: a"]), run(), null, "preexisting"],
  ["a second run that says nothing is no green one", red(["net: a"]), run({ failing: null }), null, "flaky"],
  ["a second run that fails without a name is not excused", red(["net: a"]), red([]), run(), "new_failure"],
  ["a known one excuses no other", red(["net: a", "b"]), red(["net: a", "b"]), run(), "new_failure"],
])("allow-list over two runs: %s", (_title, head, again, base, verdict) => {
  expect(judge({ kind: "test", head, again, base, allowlist: ["^net:"] }).verdict).toBe(verdict);
});

test("a pattern that would never end excuses nothing, and is given up", () => {
  const start = performance.now();
  const known = knownFailures([`${"a".repeat(400)}!`, "net: b"], ["(a+)+$", "^net:"]);

  expect([...known]).toEqual(["net: b"]);
  expect(performance.now() - start).toBeLessThan(5_000);
});

test("second runs and base runs are made only where they can change the verdict", () => {
  const ask = (head: VerifyRun, again: VerifyRun | null, allowlist: string[] = []) =>
    needsBase({ kind: "test", head, again, allowlist });

  expect([run(), red(), hangs, missing].map(needsSecondRun)).toEqual([false, true, false, false]);
  expect([
    ask(run(), null),
    ask(red(), red()),
    ask(red(), run()),
    ask(hangs, null),
    ask(red(), red(), ["a"]),
  ]).toEqual([false, true, false, false, false]);
  expect([ask(nothing, nothing), ask(missing, null)]).toEqual([true, true]);
});
