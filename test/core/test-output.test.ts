import { expect, test } from "@jest/globals";
import { readTestOutput } from "../../src/core/test-output.ts";
import { readLintOutput } from "../../src/core/test-output-lint.ts";

test.each<[string, string, number | null, string[] | null]>([
  [
    "node --test, spec",
    "✔ one (1ms)\n✖ two (2ms)\n▶ outer\n  ✖ inner (1ms)\n✖ outer (2ms)\nℹ tests 5\nℹ suites 0\nℹ pass 1\nℹ fail 3\nℹ cancelled 0\nℹ skipped 1\nℹ todo 0\n\n✖ failing tests:\n\ntest at a.js:2:20\n✖ two (2ms)\n  AssertionError\n\ntest at a.js:3:2\n✖ inner (1ms)\n",
    4,
    ["inner", "two"],
  ],
  [
    "node --test, TAP",
    "TAP version 13\nok 1 - one\nnot ok 2 - two\n    not ok 1 - inner\nnot ok 3 - two\nnot ok 4 - later # TODO\nok 5 - sk # SKIP\n# tests 6\n# suites 0\n# pass 1\n# fail 3\n# cancelled 0\n# skipped 1\n# todo 1\n",
    4,
    ["inner", "two", "two (2)"],
  ],
  [
    "jest",
    "FAIL src/a.test.ts (5.1 s)\n  ● sum › adds\n\n    expect\n\n  ● Console\n\nPASS src/b.test.ts\nFAIL src/c.test.ts\n  ● Test suite failed to run\n\nTest Suites: 2 failed, 1 passed, 3 total\nTests:       1 failed, 1 skipped, 2 passed, 4 total\nTime: 1 s\n",
    3,
    ["src/a.test.ts › sum › adds", "src/c.test.ts › Test suite failed to run"],
  ],
  ["jest, nothing found", "No tests found, exiting with code 1\n", 0, []],
  [
    "vitest",
    " FAIL  src/a.test.ts > sum > adds\nAssertionError\n\n Test Files  1 failed | 1 passed (2)\n      Tests  1 failed | 3 passed (4)\n   Duration  1s\n",
    4,
    ["src/a.test.ts > sum > adds"],
  ],
  [
    "mocha",
    "  sum\n    ✔ adds\n    1) fails\n\n  1 passing (5ms)\n  1 failing\n\n  1) sum\n       fails:\n\n      AssertionError\n",
    2,
    ["sum fails"],
  ],
  [
    "pytest",
    "=== short test summary info ===\nFAILED tests/test_a.py::test_x[a b] - assert 1 == 2\nERROR tests/test_b.py - ImportError\n=== 1 failed, 2 passed, 1 skipped, 1 error in 0.12s ===\n",
    3,
    ["tests/test_a.py::test_x[a b]", "tests/test_b.py"],
  ],
  ["pytest -q", ".F\nFAILED t.py::a - x\n1 failed, 1 passed in 0.01s\n", 2, ["t.py::a"]],
  ["pytest, nothing", "=== no tests ran in 0.01s ===\n", 0, []],
  [
    "unittest",
    "F.s\n======\nFAIL: test_a (tests.A.test_a)\n------\nTraceback\n\nRan 3 tests in 0.001s\n\nFAILED (failures=1, skipped=1)\n",
    2,
    ["test_a (tests.A.test_a)"],
  ],
  ["unittest, nothing", "\nRan 0 tests in 0.000s\n\nOK\n", 0, []],
  [
    "go",
    "--- FAIL: TestA (0.00s)\n    a_test.go:5: x\n    --- FAIL: TestA/sub (0.00s)\nFAIL\nFAIL\texample.org/a\t0.01s\nok  \texample.org/b\t0.02s\nFAIL\n",
    null,
    ["TestA", "TestA/sub"],
  ],
  ["go -v", "=== RUN   TestA\n--- PASS: TestA (0.00s)\nPASS\nok  \texample.org/a\t0.01s\n", 1, []],
  [
    "go, does not build",
    "# example.org/a\nFAIL\texample.org/a [build failed]\nFAIL\n",
    null,
    ["example.org/a"],
  ],
  ["go, nothing", "?   \texample.org/a\t[no test files]\n", 0, []],
  [
    "cargo",
    "running 2 tests\ntest a::ok ... ok\ntest a::bad ... FAILED\n\ntest result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n",
    2,
    ["a::bad"],
  ],
  ["make, nothing", "make: 'test' is up to date.\n", 0, []],
  ["colours", "\u001b[31mFAILED\u001b[0m t.py::a - x\n\u001b[1m1 failed\u001b[0m in 0.01s\n", 1, ["t.py::a"]],
  ["failures that are counted but not named", "1 failed, 1 passed in 0.01s\n", 2, null],
  ["two runners in one output", "1 passed in 0.01s\nℹ tests 2\nℹ fail 0\n", 3, []],
  ["text about tests", "all tests passed, hooray\n", null, null],
  ["nothing at all", "", null, null],
])("%s", (_title, output, ran, failing) => expect(readTestOutput(output)).toEqual({ ran, failing }));

test("linters' complaints are compared without their line numbers", () => {
  const before = "src/a.ts(3,5): error TS1: x\nsrc/b.py:3: error: y\n/w/src/c.js\n  1:2  error  no-z\n";
  const after = "src/a.ts(9,1): error TS1: x\nsrc/b.py:8: error: y\n/w/src/c.js\n  4:4  error  no-z\n";

  expect(readLintOutput(before)).toHaveLength(3);
  expect(readLintOutput(after)).toEqual(readLintOutput(before));
  expect(readLintOutput("src/a.ts(1,1): error TS1: x\nsrc/a.ts(2,1): error TS1: x\n")).toEqual([
    "src/a.ts(#,#): error TS#: x",
    "src/a.ts(#,#): error TS#: x (2)",
  ]);
  expect(readLintOutput("it went wrong")).toBeNull();
});

test("a hostile line does not make reading slow", () => {
  const start = performance.now();

  readTestOutput(`FAIL ${"a.".repeat(500_000)}\n${"=".repeat(500_000)} 1 failed\n● ${" ".repeat(500_000)}x`);

  expect(performance.now() - start).toBeLessThan(1_000);
});
