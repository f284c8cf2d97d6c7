import { expect, test } from "@jest/globals";
import { readTestOutput } from "../../src/core/test-output.ts";
import { readJunitXml } from "../../src/core/test-output-junit.ts";
import { readFailureLines } from "../../src/core/test-output-lines.ts";
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
    ["TestA", "TestA/sub", "example.org/a"],
  ],
  ["go -v", "=== RUN   TestA\n--- PASS: TestA (0.00s)\nPASS\nok  \texample.org/a\t0.01s\n", 1, []],
  [
    "go, does not build",
    "# example.org/a\nFAIL\texample.org/a [build failed]\nFAIL\n",
    null,
    ["example.org/a"],
  ],
  [
    "go, a package that panics beside one with a failing test",
    "--- FAIL: TestA (0.00s)\nFAIL\texample.org/a\t0.01s\npanic: boom\nFAIL\texample.org/b\t0.02s\nFAIL\n",
    null,
    ["TestA", "example.org/a", "example.org/b"],
  ],
  ["go, no test was chosen", "ok  \texample.org/a\t0.01s [no tests to run]\n", 0, []],
  [
    "go -json",
    '{"Action":"run","Package":"m/a","Test":"TestA"}\n{"Action":"output","Package":"m/a","Test":"TestA","Output":"{\\"Action\\":\\"pass\\"}\\n"}\n{"Action":"fail","Package":"m/a","Test":"TestA"}\n{"Action":"pass","Package":"m/a","Test":"TestB"}\n{"Action":"fail","Package":"m/a"}\n',
    2,
    ["m/a", "m/a TestA"],
  ],
  ["go, nothing", "?   \texample.org/a\t[no test files]\n", 0, []],
  [
    "cargo",
    "running 2 tests\ntest a::ok ... ok\ntest a::bad ... FAILED\n\ntest result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n",
    2,
    ["a::bad"],
  ],
  [
    "cargo, quiet",
    "running 2 tests\n.F\nfailures:\n\n---- a::bad stdout ----\nthread panicked\n\nfailures:\n    a::bad\n\ntest result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out\n",
    2,
    ["a::bad"],
  ],
  [
    "cargo nextest",
    "        PASS [   0.004s] a tests::good\n        FAIL [   0.005s] a tests::bad\n     Summary [   0.006s] 2 tests run: 1 passed, 1 failed, 0 skipped\n        FAIL [   0.005s] a tests::bad\n",
    2,
    ["a tests::bad"],
  ],
  [
    "TAP of any producer",
    "TAP version 14\n1..3\nok 1 - one\nnot ok 2 - two\nok 3 - three # SKIP later\n",
    2,
    ["two"],
  ],
  ["tape, green", "TAP version 13\nok 1 one\n\n1..1\n# tests 1\n# pass  1\n\n# ok\n", 1, []],
  [
    "bun",
    "bun test v1.2\n\na.test.ts:\n(pass) one\n(fail) two [0.10ms]\n\n 1 pass\n 1 fail\nRan 2 tests across 1 files. [5.00ms]\n",
    2,
    ["two"],
  ],
  [
    "deno",
    "running 2 tests from ./a_test.ts\n FAILURES \n\nadds => ./a_test.ts:3:6\n\nFAILED | 1 passed | 1 failed (10ms)\n",
    2,
    ["./a_test.ts › adds"],
  ],
  [
    "rspec",
    "3 examples, 1 failure, 1 pending\n\nFailed examples:\n\nrspec ./spec/a_spec.rb:4 # A adds\n",
    2,
    ["./spec/a_spec.rb › A adds"],
  ],
  [
    "rspec, a file that cannot be loaded",
    "0 examples, 0 failures, 1 error occurred outside of examples\n",
    0,
    null,
  ],
  [
    "minitest",
    "  1) Failure:\nATest#test_adds [test/a.rb:3]:\nExpected: 1\n\n2 runs, 2 assertions, 1 failures, 0 errors, 0 skips\n",
    2,
    ["ATest#test_adds"],
  ],
  ["phpunit, green", "OK (3 tests, 4 assertions)\n", 3, []],
  [
    "phpunit",
    "There was 1 failure:\n\n1) App\\ATest::testAdds\nFailed asserting\n\nFAILURES!\nTests: 3, Assertions: 3, Failures: 1, Skipped: 1.\n",
    2,
    ["App\\ATest::testAdds"],
  ],
  [
    "dotnet",
    "  Failed A.Adds [12 ms]\n  Error Message:\nFailed!  - Failed:     1, Passed:     2, Skipped:     0, Total:     3, Duration: 20 ms - a.dll (net8.0)\n",
    3,
    ["A.Adds"],
  ],
  [
    "maven",
    "[ERROR] Tests run: 2, Failures: 1, Errors: 0, Skipped: 0, Time elapsed: 0.05 s <<< FAILURE! -- in a.ATest\n[ERROR] a.ATest.adds -- Time elapsed: 0.01 s <<< FAILURE!\n[ERROR] Tests run: 2, Failures: 1, Errors: 0, Skipped: 0\n",
    2,
    ["a.ATest.adds"],
  ],
  [
    "maven, older",
    "adds(a.ATest)  Time elapsed: 0.01 sec  <<< FAILURE!\nTests run: 2, Failures: 1, Errors: 0, Skipped: 0\n",
    2,
    ["adds(a.ATest)"],
  ],
  ["gradle", "ATest > adds FAILED\n\n3 tests completed, 1 failed\n", 3, ["ATest > adds"]],
  [
    "ctest",
    "67% tests passed, 1 tests failed out of 3\n\nThe following tests FAILED:\n\t  2 - adds (Failed)\n",
    3,
    ["adds"],
  ],
  ["make, nothing", "make: 'test' is up to date.\n", 0, []],
  ["colours", "\u001b[31mFAILED\u001b[0m t.py::a - x\n\u001b[1m1 failed\u001b[0m in 0.01s\n", 1, ["t.py::a"]],
  ["failures that are counted but not named", "1 failed, 1 passed in 0.01s\n", 2, null],
  ["fewer names than failures", "FAILED t.py::a - x\n2 failed in 0.01s\n", 2, null],
  ["ends of lines from elsewhere", "FAILED t.py::a - x\r\n1 failed in 0.01s\r\n", 1, ["t.py::a"]],
  ["a title of the terminal", "\u001b]0;FAILED\u00071 passed in 0.01s\n", 1, []],
  ["a title that never ends", "\u001b]0;\nFAILED t.py::a - x\n1 failed in 0.01s\n", 1, ["t.py::a"]],
  [
    "another runner's green summary, printed by a test",
    "Tests: 0 failed, 3 passed, 3 total\nTest Suites: 0 failed, 1 passed, 1 total\nFAILED t.py::a - x\n1 failed in 0.01s\n",
    4,
    ["t.py::a"],
  ],
  ["a build that tells how fast it was", "245 modules transformed in 1.2s\n", null, null],
  ["an absurd count", `${"9".repeat(40)} passed in 0.01s\n`, 1_000_000, []],
  ["two runners in one output", "1 passed in 0.01s\nℹ tests 2\nℹ fail 0\n", 3, []],
  ["text about tests", "all tests passed, hooray\n", null, null],
  ["nothing at all", "", null, null],
])("%s", (_title, output, ran, failing) => expect(readTestOutput(output)).toMatchObject({ ran, failing }));

test.each([
  ["0 failed, 3 passed in 0.1s\n", 0],
  ["1 failed in 0.1s\n", 1],
  ["Ran 2 tests in 0.1s\n\nFAILED\n", 1],
  ["FAIL\tm/a\t0.1s\n", 1],
])("%j counts its failures, whatever the exit code is", (output, failed) => {
  expect(readTestOutput(output).failed).toBe(failed);
});

test.each<[string, string, number | null, string[] | null]>([
  [
    "failures, errors and skipped cases",
    '<?xml version="1.0"?><testsuites><testsuite name="s"><testcase classname="a.A" name="one"/><testcase classname="a.A" name="two &lt;x&gt;" time="0.1"><failure message="no">text</failure></testcase><testcase name="three"><error/><error/></testcase><testcase name="four"><skipped/></testcase></testsuite></testsuites>',
    3,
    ["a.A › two <x>", "three"],
  ],
  [
    "what a test printed",
    '<testsuite><testcase name="a"><system-out><![CDATA[<testcase name="x"><failure/></testcase>]]></system-out></testcase><!-- <testcase name="y"/> --></testsuite>',
    1,
    [],
  ],
  [
    "a setup that failed outside of all tests",
    "<testsuite><error message='x'/><testcase name='a'/></testsuite>",
    1,
    ["outside of all tests"],
  ],
  [
    "a bracket inside of a name",
    '<testsuite><testcase name="a > b"><failure/></testcase></testsuite>',
    1,
    ["a > b"],
  ],
])("JUnit XML with %s", (_title, xml, ran, failing) => {
  expect(readJunitXml(xml)).toMatchObject({ ran, failing });
});

test("other XML is no report, and a hostile one is read quickly", () => {
  const start = performance.now();

  expect(readJunitXml("<project/>")).toBeNull();
  readJunitXml(`<testsuite>${"<testcase name='".repeat(100_000)}${"<![CDATA[".repeat(100_000)}`);
  expect(performance.now() - start).toBeLessThan(2_000);
});

test("the failures of an unknown runner are lines that say what failed, without what differs each time", () => {
  const output = (time: string, folder: string) =>
    `checking\n[${time}] FAILED src/a.ts in ${time}\n  error in /tmp/${folder}/x: no\n2 of 9 failed\n`;

  expect(readFailureLines(output("12ms", "q1"))).toEqual([
    "output: 2 of 9 failed",
    "output: [<time>] FAILED src/a.ts in <time>",
    "output: error in <scratch>: no",
  ]);
  expect(readFailureLines(output("9.5s", "zz"))).toEqual(readFailureLines(output("12ms", "q1")));
  expect(readFailureLines("FAILED\nmake: *** [Makefile:3: test] Error 1\n")).toBeNull();
  expect(readFailureLines("it went wrong\n")).toBeNull();
});

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

test.each([
  ["long lines", `FAIL ${"a.".repeat(500_000)}\n${"=".repeat(500_000)} 1 failed\n● ${" ".repeat(500_000)}x`],
  ["many wide lines", `● ${" ".repeat(990)}x\n`.repeat(500)],
  ["titles that never end", "\u001b]".repeat(250_000)],
  ["half a megabyte of colours", "\u001b[31m".repeat(100_000)],
  ["fifty megabytes", `${"x".repeat(99)}\n`.repeat(500_000)],
])("hostile output does not make reading slow: %s", (_title, output) => {
  const start = performance.now();

  readTestOutput(output);
  readFailureLines(output.slice(0, 512 * 1024));

  expect(performance.now() - start).toBeLessThan(output.length > 10_000_000 ? 20_000 : 1_500);
});
