import {
  by,
  environments,
  go,
  gradle,
  type Judge,
  type Kind,
  lint,
  maven,
  node,
  python,
  scriptRunner,
  TEST_FILE,
  targets,
  test,
  unlessListed,
  whenAny,
} from "./test-command-judges.ts";
import { kindByName } from "./test-command-scripts.ts";
import { programName } from "./test-command-wrappers.ts";

/** Asks a runner something instead of running tests. */
export const ASKS =
  /^(--version|-V|--help|-h|--collect-only|--co|--list|--listTests|--list-tests|-list|--showConfig|--show-only|--init|--no-run|--fixtures|--markers|--setup-plan|--clearCache|--dry-run|--notest|--listenvs|--list-sessions|--setup-only|--fixtures-per-test|--cache-show|--help-all|--no-exec|-DskipTests(=true)?|-Dmaven\.test\.skip(=true)?)$/;

const checkOnly = (pattern: RegExp) => whenAny(pattern, "lint");
const PYTEST = {
  pytest: test,
  "py.test": test,
  unittest: test,
  nose2: test,
  nosetests: test,
  trial: test,
  behave: test,
};

const PROGRAMS: Readonly<Record<string, Judge>> = {
  ...PYTEST,
  ...all(
    "jest vitest mocha ava tap tape jasmine uvu wtr rspec phpunit pest paratest bats prove busted gotestsum ginkgo cucumber",
    test,
  ),
  ctest: (args) => (args.some((arg) => /^-[A-Za-z]*N/.test(arg)) ? "other" : "test"),
  ...all(
    "eslint flake8 mypy pyright basedpyright pylint tsc vue-tsc golangci-lint staticcheck rubocop shellcheck stylelint phpstan psalm",
    lint,
  ),
  ...all(
    "oxlint xo standard ktlint detekt swiftlint checkstyle hadolint yamllint actionlint credo dialyzer bandit clippy-driver",
    lint,
  ),
  tox: environments,
  nox: environments,
  hatch: scriptRunner,
  pdm: scriptRunner,
  rye: scriptRunner,
  poe: (args) => kindByName(args.find((arg) => !arg.startsWith("-")) ?? ""),
  coverage: (args) => (args[0] === "run" ? python(args.slice(1)) : "other"),
  python,
  python3: python,
  pypy3: python,
  py: python,
  node,
  tsx: node,
  "ts-node": node,
  go,
  cargo: unlessListed({
    test: "test",
    t: "test",
    nextest: "test",
    "llvm-cov": "test",
    tarpaulin: "test",
    clippy: "lint",
    check: "lint",
    fmt: "lint",
  }),
  mvn: maven,
  mvnw: maven,
  gradle,
  gradlew: gradle,
  sbt: whenAny(/^(.*\/)?test(Only)?\b/, "test"),
  dotnet: by({ test: "test", vstest: "test", format: "lint" }),
  rake: targets,
  rails: whenAny(/^test(:.*)?$/, "test"),
  make: targets,
  gmake: targets,
  ninja: targets,
  just: targets,
  task: targets,
  deno: (args) =>
    args[0] === "task" ? kindByName(args[1] ?? "") : by({ test: "test", lint: "lint", check: "lint" })(args),
  bun: by({ test: "test" }),
  mix: by({ test: "test", credo: "lint", dialyzer: "lint", format: "lint" }),
  swift: by({ test: "test" }),
  dart: by({ test: "test", analyze: "lint" }),
  flutter: by({ test: "test", analyze: "lint" }),
  zig: whenAny(/^test$/, "test"),
  stack: by({ test: "test" }),
  cabal: by({ test: "test" }),
  lein: by({ test: "test" }),
  bazel: by({ test: "test" }),
  bazelisk: by({ test: "test" }),
  xcodebuild: whenAny(/^test$/, "test"),
  forge: by({ test: "test" }),
  composer: by({ test: "test" }),
  playwright: by({ test: "test" }),
  cypress: by({ run: "test" }),
  karma: by({ start: "test" }),
  ng: by({ test: "test", lint: "lint" }),
  nx: (args) =>
    kindByName(
      args
        .find((arg) => kindByName(arg.split(":").at(-1) ?? "") !== "other")
        ?.split(":")
        .at(-1) ?? "",
    ),
  turbo: targets,
  lerna: targets,
  "react-scripts": by({ test: "test" }),
  hardhat: by({ test: "test" }),
  ruff: by({ check: "lint", format: "lint" }),
  biome: by({ check: "lint", lint: "lint", ci: "lint", format: "lint" }),
  "pre-commit": by({ run: "lint" }),
  black: checkOnly(/^--(check|diff)$/),
  isort: checkOnly(/^(--check(-only)?|-c)$/),
  prettier: checkOnly(/^(--check|-c|--list-different|-l)$/),
  gofmt: checkOnly(/^-[ld]$/),
};

/** What a program with these arguments does, by the table; programs that are not in it do neither. */
export function kindByProgram(words: readonly string[]): Kind {
  const [first = "", ...args] = words;
  const ownArgs = args.includes("--") ? args.slice(0, args.indexOf("--")) : args;
  if (ownArgs.some((arg) => ASKS.test(arg)) || ownArgs[0] === "list") return "other";
  const name = programName(first).replace(/^(python3?|pypy3?)\.\d+$/, "$1");
  if (/^(ba|z|da)?sh$/.test(name))
    return TEST_FILE.test(args.find((arg) => !arg.startsWith("-")) ?? "") ? "test" : "other";
  const judge = Object.hasOwn(PROGRAMS, name) ? PROGRAMS[name] : undefined;
  if (judge) return judge(args);
  return first.includes("/") && (TEST_FILE.test(first) || /\/(run[-_]?)?tests?$/.test(first))
    ? "test"
    : "other";
}

function all(names: string, judge: Judge): Record<string, Judge> {
  return Object.fromEntries(names.split(" ").map((name) => [name, judge]));
}
