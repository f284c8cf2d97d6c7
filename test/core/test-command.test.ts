import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { justRecipes, makeRecipes } from "../../src/core/task-recipes.ts";
import { classifyCommand } from "../../src/core/test-command.ts";

const TESTS = [
  "pytest",
  "pytest -q tests/test_api.py::test_one",
  "python -m pytest -x",
  "python3.11 -m unittest discover -s tests",
  "python3 -m unittest",
  "coverage run -m pytest",
  "python manage.py test shop",
  "python tests/test_shop.py",
  "tox",
  "tox -e py311",
  "nox -s tests",
  "jest --runInBand",
  "npx jest src/a.test.ts",
  "npx --yes vitest run",
  "node_modules/.bin/mocha --recursive",
  "node node_modules/jest/bin/jest.js a",
  "ava",
  "node --test",
  "node --experimental-strip-types --test test/*.test.ts",
  "npm test",
  "npm t",
  "npm run test",
  "npm run test:unit -- --watch=false",
  "npm --prefix web test",
  "npm test -w packages/core",
  "pnpm -r test",
  "pnpm --filter api run test:integration",
  "pnpm exec vitest run",
  "yarn test",
  "yarn workspace api test",
  "yarn run test:e2e",
  "bun test",
  "bun run test",
  "go test ./...",
  "go test -run TestX -count=1 ./pkg",
  "cargo test --workspace",
  "cargo +nightly test",
  "cargo nextest run",
  "mvn -q test",
  "./mvnw verify",
  "./gradlew :app:test",
  "gradle check",
  "dotnet test --no-build",
  "bundle exec rspec spec/models",
  "rake test",
  "vendor/bin/phpunit --filter A",
  "ctest --output-on-failure",
  "make test",
  "make -j4 check",
  "make -C build test",
  "just test",
  "deno test -A",
  "mix test",
  "swift test",
  "hatch run test",
  "hatch test",
  "poetry run pytest",
  "uv run --with x pytest -q",
  "pdm run pytest",
  "pipenv run python -m pytest",
  "./run_tests.sh --fast",
  "bash scripts/test.sh",
  "CI=1 npm test",
  "env -u FOO CI=1 timeout 60 npm test",
  "cd packages/a && npm test",
  "npm run build; npm test",
  "bash -lc 'cd web && npm test'",
  'sh -c "set -e; cargo test"',
  "(cd api && go test ./...)",
  "npm test 2>&1 | tail -40",
  "npm test > out.txt 2>&1; cat out.txt",
  "npm test || true",
  "xvfb-run -a npm test",
  "if [ -f x ]; then pytest; fi",
];
const MORE_TESTS = [
  "cd x && CI=1 npx jest --ci",
  "npx jest --ci -- src/a",
  "cargo test -- --nocapture",
  "go test -run TestAll ./...",
  "deno task test",
  "ctest --test-dir build",
  "bash --noprofile -eo pipefail -c 'pytest -q'",
  "npm-run-all lint test:unit",
];
const LINTS = [
  "eslint .",
  "npx eslint --fix src",
  "ruff check .",
  "flake8",
  "python -m mypy src",
  "pyright",
  "npx tsc --noEmit",
  "biome ci .",
  "cargo clippy -- -D warnings",
  "golangci-lint run",
  "go vet ./...",
  "make lint",
  "npm run lint",
  "yarn typecheck",
  "tox -e lint",
  "pre-commit run --all-files",
  "prettier --check .",
  "uv run ruff check",
];
const NEITHER = [
  "cat pytest.ini",
  'echo "npm test"',
  "echo npm test",
  "grep -r pytest .",
  "npm install jest",
  "npm ci",
  "pip install pytest tox",
  "yarn add --dev vitest",
  "# npm test",
  "true || npm test",
  "false && npm test",
  'git commit -m "run npm test && pytest"',
  "which jest",
  "ls test",
  "test -f package.json",
  "[ -d tests ] && ls tests",
  "vim tests/test_a.py",
  "sed -n 1,40p src/a.test.ts",
  "cat <<EOF > notes.md\nnpm test\nEOF",
  "rm -rf .pytest_cache",
  "pytest --version",
  "pytest --collect-only -q",
  "jest --listTests",
  "cargo test --no-run",
  "go test -list . ./...",
  "make -n test",
  "make test-deps",
  "mvn -DskipTests package",
  "mvn package -DskipTests verify",
  "gradle build -x test",
  "node -e \"console.log('npm test')\"",
  'python -c "import pytest"',
  "printf 'pytest\\n' | cat",
  "find . -name '*.test.ts'",
  "docker build -t test .",
  "x='npm test'",
  "python setup.py install",
  "npm run build",
  "mkdir -p jest && cd jest",
  "rg 'cargo test' docs",
  "curl https://example.org/test",
  "",
];

const HOSTILE = [
  "pytest -h",
  "pytest --setup-only",
  "npx jest --listTests",
  "npm test -- --listTests",
  "npm test -- --help",
  "npm run test -- --collect-only",
  "pnpm test --version",
  "go test -run XXX_NONE ./...",
  "go test -run '^$' ./...",
  "go test -run=^$ ./...",
  "go test -c ./pkg",
  "cargo test -- --list",
  "make --dry-run test",
  "make test -q",
  "make -t test",
  "just --show test",
  "ctest -N",
  "tox --notest",
  "nox --list-sessions",
  "phpunit --list-tests",
  "rspec --dry-run",
  "gradle test --dry-run",
  "dotnet test --list-tests",
  "cat <<'EOF'\nnpm test\nEOF",
  "echo ok # pytest",
  "echo pytest && echo jest",
  "history | grep 'npm test'",
  "man pytest",
  "npm view jest",
  "npm pkg get scripts.test",
  "git add tests && git status",
  "touch tests/test_new.py",
  "alias t='npm test'",
  "export CMD='npm test'",
  "xargs -a tests.txt cat",
  "$(npm test)",
  "`npm test`",
];

test("the tables are large enough, and a third of them is hostile", () => {
  const hostile = NEITHER.length + HOSTILE.length;

  expect(hostile + TESTS.length + LINTS.length).toBeGreaterThanOrEqual(80);
  expect(hostile).toBeGreaterThanOrEqual((TESTS.length + LINTS.length) / 2);
});

test.each(HOSTILE)("is no test run: %s", (line) => expect(classifyCommand(line)).toBe("other"));
test.each([...TESTS, ...MORE_TESTS])("runs tests: %s", (line) => expect(classifyCommand(line)).toBe("test"));
test.each(LINTS)("lints: %s", (line) => expect(classifyCommand(line)).toBe("lint"));
test.each(NEITHER)("does neither: %s", (line) => expect(classifyCommand(line)).toBe("other"));

test.each([
  ["npm test", { test: 'echo "Error: no test specified" && exit 1' }, "other"],
  ["npm test", { test: "jest" }, "test"],
  ["npm test", { test: "npm run lint", lint: "eslint ." }, "lint"],
  ["npm test", { test: "node scripts/all.js" }, "test"],
  ["npm run verify-all", { "verify-all": "tsc --noEmit && vitest run" }, "test"],
  ["npm run a", { a: "npm run b", b: "npm run a" }, "other"],
  ["npm run constructor", {}, "other"],
])("%s with the scripts %j is %s", (line, scripts, kind) => {
  expect(classifyCommand(line, { scripts: scripts as Record<string, string> })).toBe(kind);
});

test.each([
  ["npm run check", { check: "run-s lint:*", "lint:js": "eslint .", "lint:ts": "tsc" }, "lint"],
  ["npm run all", { all: "run-p lint unit", lint: "eslint .", unit: "vitest run" }, "test"],
  ["npm test", { test: "npm run unit && npm run e2e", unit: "true", e2e: "playwright test" }, "test"],
])("scripts that run scripts: %s with %j is %s", (line, scripts, kind) => {
  expect(classifyCommand(line, { scripts: scripts as unknown as Record<string, string> })).toBe(kind);
});

const MAKEFILE = `
PYTEST := pytest
.PHONY: test lint
test: unit docs
unit: build ; $(PYTEST) tests
docs:
\t@echo no docs yet
lint:
\t@-ruff check . \\
\t  --quiet
quick: build
\t$(MAKE) slow
slow:
\tgo test ./...
check:
\t@echo nothing to check
all build:
\tcc main.c
`;
const JUSTFILE = `
set shell := ["bash", "-c"]
default: test
test filter="": build
    @cargo test {{filter}}
build:
    cargo build
check:
    echo nothing
`;

test.each([
  ["make test", "test"],
  ["make docs", "other"],
  ["make unit", "test"],
  ["make quick", "test"],
  ["make check", "other"],
  ["make lint", "lint"],
  ["make build", "other"],
  ["make -C sub test", "test"],
  ["make -n quick", "other"],
  ["make unknown-tests", "test"],
  ["just test", "test"],
  ["just default", "test"],
  ["just check", "other"],
])("with Makefile and justfile read, %s is %s", (line, kind) => {
  const recipes = { make: makeRecipes(MAKEFILE), just: justRecipes(JUSTFILE) };

  expect(classifyCommand(line, { recipes })).toBe(kind);
});

test("any text is read as a Makefile without an error, and recipes may need themselves", () => {
  expect(classifyCommand("make a", { recipes: { make: makeRecipes("a: b\nb: a\n") } })).toBe("other");
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(typeof makeRecipes(text)).toBe("object");
      expect(typeof justRecipes(text)).toBe("object");
    }),
    { numRuns: 200, seed: 5 },
  );
});

test("any text is classified without an error", () => {
  const pieces = fc.constantFrom(
    "npm",
    "test",
    "'",
    '"',
    "\\",
    "$(",
    ")",
    "`",
    "&&",
    "||",
    ";",
    "|",
    "<<EOF",
    "\n",
    "#",
    " ",
    "bash -c",
    ">",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(pieces).map((words) => words.join(" ")),
      ),
      (line) => {
        expect(["test", "lint", "other"]).toContain(classifyCommand(line));
      },
    ),
    { numRuns: 500, seed: 7 },
  );
});
