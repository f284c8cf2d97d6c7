import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { mayEdit } from "../../src/core/command-effects.ts";
import { bareTestCommands, provesTests, testIdentity } from "../../src/core/test-command-proof.ts";

test.each([
  "npm test",
  "CI=1 npm test 2>&1",
  "cd api && go test ./...",
  "npm run build; npm test",
  "npm test && echo done",
  "npm test || exit 1",
  "bash -lc 'cd web && npm test'",
  "set -e; npm test; echo done",
  "set -o pipefail; npm test | tee log",
  "yes | npm test",
  "timeout 60 npx jest --ci",
])("the exit code of %j is that of its tests", (line) => expect(provesTests(line)).toBe(true));

test.each([
  "npm test || true",
  "npm test || exit 0",
  "npm test || :",
  "pytest; exit 0",
  "pytest; echo $?",
  "pytest\ntrue",
  "npm test | tail -40",
  "npm test 2>&1 | tee log",
  "npm test &",
  "(npm test) & wait",
  "! npm test",
  "if npm test; then echo ok; fi",
  "if false; then pytest; fi",
  "while false; do pytest; done",
  "for f in none; do pytest $f; done",
  "exit 0; npm test",
  "exec true; npm test",
  "false || true && npm test || true",
  "true || npm test",
  "npm() { true; }; npm test",
  "function pytest { true; }\npytest",
  "alias pytest=true\npytest",
  "bash -c 'npm test' || true",
  "bash -c 'npm test; exit 0'",
  "PATH=$PWD/fake:$PATH npm test",
  "export PATH=$PWD/fake && npm test",
  "env NODE_OPTIONS=--require=./green.js npm test",
  "PYTEST_ADDOPTS=--collect-only pytest",
  "trap 'exit 0' EXIT; npm test",
  "cat pytest.ini",
  "echo npm test",
])("the exit code of %j proves nothing", (line) => expect(provesTests(line)).toBe(false));

test.each([
  ["npm test || true", ["npm test"]],
  ["cd x && CI=1 npx jest --ci 2>&1 | tail -40", ["cd x && CI=1 npx jest --ci"]],
  ['bash -lc \'cd "my app"; pytest -k "a or b"\'', ["cd 'my app' && pytest -k 'a or b'"]],
  ["rm -rf src && npm test && curl x", ["npm test"]],
  ["pytest tests/*.py", ["pytest tests/*.py"]],
  ["go test ./a; go test ./b", ["go test ./a", "go test ./b"]],
  ["pytest $FILES", []],
  ["pytest `cat x`", []],
  ["cd /elsewhere && npm test", []],
  ["cd $HOME && npm test", []],
  ["npm() { :; }; npm test", []],
  ["PATH=x npm test", []],
  ["ls", []],
])("of %j only the tests are left", (line, commands) => {
  expect(bareTestCommands(line)).toEqual(commands);
});

test("the same test run by other words is the same", () => {
  const same = ["npm test", "bash -lc 'npm  test'", "CI=1 npm test 2>&1 | tail", "timeout 9 npm test"];

  expect(new Set(same.map(testIdentity)).size).toBe(1);
  expect(testIdentity("cd a && npm test")).not.toBe(testIdentity("npm test"));
});

test.each([
  ["cat a", false],
  ["git status && git diff", false],
  ["sed -n 1,9p a.ts", false],
  ["npm test 2>&1 | tail -40", false],
  ["npx eslint . > /dev/null", false],
  ["bash -lc 'rg x src | head'", false],
  ["sed -i s/a/b/ a.ts", true],
  ["cat > a.ts <<'EOF'\nx\nEOF", true],
  ["echo x >> a.ts", true],
  ["npx eslint --fix .", true],
  ["npx jest -u", true],
  ["git checkout -- .", true],
  ["git apply p.patch", true],
  ["apply_patch x", true],
  ["python3 - <<'EOF'\nopen('a','w')\nEOF", true],
  ["npm install", true],
  ["find . -name '*.orig' -delete", true],
  ["mv a b", true],
])("%j may edit files: %s", (line, edits) => expect(mayEdit(line)).toBe(edits));

test("any text is judged without an error", () => {
  const words = fc.constantFrom(
    "npm test",
    "cd x",
    "||",
    "&&",
    ";",
    "|",
    "&",
    "(",
    ")",
    "!",
    "if",
    "'",
    "$(",
    "\n",
  );
  fc.assert(
    fc.property(
      fc.array(words).map((parts) => parts.join(" ")),
      (line) => {
        expect(typeof provesTests(line)).toBe("boolean");
        expect(Array.isArray(bareTestCommands(line))).toBe(true);
        expect(typeof mayEdit(line)).toBe("boolean");
      },
    ),
    { numRuns: 300, seed: 11 },
  );
});
