import { expect, test } from "@jest/globals";
import { type PlanInput, planCommands } from "../../../runner/verify/plan-commands.ts";
import { NO_SETTINGS } from "../../../src/core/repository-settings.ts";

function plan(files: Record<string, string>, more: Partial<Omit<PlanInput, "files">> = {}) {
  const paths = more.paths ?? Object.keys(files);
  return planCommands({
    policy: [],
    repository: NO_SETTINGS,
    contract: [],
    worker: [],
    ...more,
    paths,
    files: new Map(Object.entries(files)),
  });
}

function lines(...args: Parameters<typeof plan>): string[] {
  return plan(...args).commands.map(({ command, kind, origin }) => `${origin} ${kind}: ${command}`);
}

const expression = (text: string) => `$\{{ ${text} }}`;
const workflow = (steps: string, job = "runs-on: ubuntu-latest") => ({
  ".github/workflows/ci.yml": `on: push\njobs:\n  a:\n    ${job}\n    steps:\n${steps}`,
});

test("the policy's word ends the search, and what is not recognised there is a test", () => {
  const files = { "package.json": '{"scripts":{"test":"jest"}}' };

  expect(lines(files, { policy: ["./ci.sh", "npm run lint"], worker: ["pytest"] })).toEqual([
    "policy test: ./ci.sh",
    "policy lint: npm run lint",
  ]);
});

test("the repository's own settings come next, from the default branch and never from the tree", () => {
  const repository = { testCommands: ["make quick"], lintCommands: ["make tidy"] };
  const files = { ".github/agentpr.yml": "test_commands: ['true']\n", "go.mod": "" };

  expect(lines(files, { repository })).toEqual(["repository test: make quick", "repository lint: make tidy"]);
  expect(lines(files)).toEqual(["manifest test: go test ./..."]);
});

test.each([
  ["a plain step", "      - run: npm ci\n      - run: npm test\n", ["ci test: npm test"]],
  [
    "several lines",
    "      - run: |\n          npm ci\n          npm run lint\n          npm test\n",
    ["ci lint: npm run lint", "ci test: npm test"],
  ],
  [
    "a folder",
    "      - run: go test ./...\n        working-directory: api\n",
    ["ci test: cd api && go test ./..."],
  ],
  [
    "a change of folder",
    "      - run: |\n          cd web\n          npm test\n",
    ["ci test: cd web && npm test"],
  ],
  ["a continued line", "      - run: |\n          pytest \\\n            -q\n", ["ci test: pytest -q"]],
  ["an expression", `      - run: npm test -- ${expression("matrix.shard")}\n`, []],
  ["a secret", `      - run: npm test\n        env:\n          KEY: ${expression("secrets.KEY")}\n`, []],
  ["a condition", "      - run: npm test\n        if: github.ref == 'refs/heads/main'\n", []],
  ["another shell", "      - run: npm test\n        shell: pwsh\n", []],
  ["a loop", "      - run: |\n          for a in b; do\n            npm test\n          done\n", []],
  ["an action", "      - uses: actions/checkout@v4\n      - run: echo npm test\n", []],
])("CI with %s", (_title, steps, expected) => expect(lines(workflow(steps))).toEqual(expected));

test.each([
  ["another system", "runs-on: windows-latest"],
  ["services", "services: { db: { image: postgres } }"],
  ["secrets for all steps", `env: { KEY: '${expression("secrets.KEY")}' }`],
])("a CI job with %s is left out", (_title, job) => {
  expect(lines(workflow("      - run: npm test\n", job))).toEqual([]);
});

test.each([
  [
    { "package.json": '{"scripts":{"test":"jest","lint":"eslint ."}}' },
    [],
    ["manifest test: npm test", "manifest lint: npm run lint"],
  ],
  [{ "package.json": '{"scripts":{"test":"jest"}}', "pnpm-lock.yaml": "" }, [], ["manifest test: pnpm test"]],
  [
    { "package.json": '{"packageManager":"yarn@4.0.0","scripts":{"test":"jest"}}' },
    [],
    ["manifest test: yarn test"],
  ],
  [{ "package.json": '{"scripts":{"test":"echo no test specified && exit 1"}}' }, [], []],
  [{ "package.json": "{" }, [], []],
  [{ "pyproject.toml": "[tool.pytest.ini_options]\n" }, [], ["manifest test: python3 -m pytest"]],
  [{ "pyproject.toml": "pytest\n", "uv.lock": "" }, [], ["manifest test: uv run pytest"]],
  [{}, ["tests/test_a.py"], ["manifest test: python3 -m unittest discover -s tests"]],
  [{ "go.mod": "module a\n" }, [], ["manifest test: go test ./..."]],
  [{ "Cargo.toml": "" }, [], ["manifest test: cargo test"]],
  [
    { Makefile: "CHECK := 1\ntest: build\n\tctest\nlint:\n\tx\n" },
    [],
    ["manifest test: make test", "manifest lint: make lint"],
  ],
  [{ Makefile: "test:\n\tgo test ./...\n", "go.mod": "" }, [], ["manifest test: go test ./..."]],
])("manifests %j with %j", (files, paths, expected) => {
  expect(lines(files, { paths: [...Object.keys(files), ...paths] })).toEqual(expected);
});

test("CI comes before manifests, which are asked only for what it does not test", () => {
  const manifest = { "package.json": '{"scripts":{"test":"jest --ci"}}' };

  expect(lines({ ...workflow("      - run: npx jest\n"), ...manifest })).toEqual(["ci test: npx jest"]);
  expect(lines({ ...workflow("      - run: npm run lint\n"), ...manifest })).toEqual([
    "ci lint: npm run lint",
    "manifest test: npm test",
  ]);
});

test("what contract and worker name is taken last, and only when it is a test runner", () => {
  const weak = {
    contract: ["pytest -q", "cat pytest.ini"],
    worker: ["npm install", "pytest  -q", "go test ./..."],
  };

  expect(lines({}, weak)).toEqual(["contract test: pytest -q", "worker test: go test ./..."]);
  expect(lines({ "go.mod": "" }, weak)).toEqual(["manifest test: go test ./..."]);
});
