/** Where tests live and what their files are called, over the ecosystems. */
const TEST_PATHS: readonly RegExp[] = [
  /(^|\/)(tests?|__tests__|specs?|e2e)\//i,
  /(^|\/)test_[^/]+\.py$/,
  /[._-](test|tests|spec|e2e)\.[cm]?[jt]sx?$/i,
  /_(test|spec)\.[a-z]+$/i,
  /(Test|Tests|Spec|IT)\.(java|kt|kts|scala|groovy|cs|fs|swift|php)$/,
];
const CODE =
  /\.([cm]?[jt]sx?|py|go|rs|java|kts?|scala|groovy|cs|fs|swift|php|rb|exs?|c|cc|cpp|h|hpp|sh|bats|lua|dart|clj|hs)$/i;

export function isCodeFile(path: string): boolean {
  return CODE.test(path);
}

export function isTestFile(path: string): boolean {
  return CODE.test(path) && TEST_PATHS.some((sign) => sign.test(path));
}

/** Files that say what is tested, linted, measured and run in CI. */
const CHECK_FILES: readonly RegExp[] = [
  /(^|\/)\.github\/(workflows|actions)\//i,
  /(^|\/)(\.gitlab-ci\.ya?ml|\.circleci\/.+|Jenkinsfile|azure-pipelines\.ya?ml|\.travis\.ya?ml|\.buildkite\/.+)$/i,
  /(^|\/)(jest|vitest|karma|playwright|cypress|ava|wdio)\.(config|conf)\.[^/]+$/i,
  /(^|\/)\.(mocharc|nycrc|c8rc|taprc|rspec|coveragerc|simplecov|eslintrc|eslintignore|flake8|pylintrc|rubocop|golangci|stylelintrc)([._][^/]*)?$/i,
  /(^|\/)(eslint\.config\.[^/]+|biome\.jsonc?|tslint\.json|tsconfig[^/]*\.json|\.?ruff\.toml|\.?clippy\.toml)$/i,
  /(^|\/)(pytest|tox|mypy|setup)\.(ini|cfg)$/i,
  /(^|\/)(noxfile\.py|phpunit\.xml(\.dist)?|phpstan\.neon(\.dist)?|pyrightconfig\.json|\.pre-commit-config\.yaml|\.?codecov\.ya?ml)$/i,
];

export function isCheckConfiguration(path: string): boolean {
  return CHECK_FILES.some((sign) => sign.test(path));
}

/** Settings inside files that hold much else as well. */
export const CHECK_SETTINGS: readonly (readonly [file: RegExp, line: RegExp])[] = [
  [
    /(^|\/)package\.json$/,
    /^\s*"(pre|post)?(test|lint|typecheck|check|coverage|jest|vitest|mocha|ava|nyc|c8|eslintConfig)[\w:-]*"\s*:/,
  ],
  [
    /(^|\/)pyproject\.toml$/,
    /^\s*(addopts|testpaths|python_files|norecursedirs|fail_under|omit|select|ignore|extend-ignore|extend-exclude|exclude|strict|ignore_errors|disable_error_code|xfail_strict|\[tool\.(pytest|ruff|mypy|coverage|pyright)[\w.]*\])/,
  ],
  [/(^|\/)(Cargo\.toml)$/, /^\s*(\[lints|autotests|test\s*=|harness\s*=)/],
];

/** The name of the test case that starts on this line; a line in a comment starts none. */
const CASES: readonly RegExp[] = [
  /^\s*(?:(?:it|test|specify|scenario)(?:\.\w+)*)\s*\(\s*(["'`])(?<name>.*?)\1/,
  /^\s*(?:test|it|specify)\s+(["'])(?<name>.*?)\1\s*(?:,|do\b|\{)/,
  /^\s*(?:async\s+)?def\s+(?<name>test_?\w*)\s*\(/,
  /^\s*func\s+(?<name>(?:Test|Fuzz|Example)\w*)\s*\(/,
  /^\s*(?:public\s+)?function\s+(?<name>test\w+)\s*\(/,
  /^\s*func\s+(?<name>test\w+)\s*\(/,
  /^\s*(?<name>(?:@Test|@ParameterizedTest|#\[(?:tokio::)?test\]|\[(?:Fact|Theory|Test|TestMethod)\]).*)$/,
  /^\s*(?<name>(?:it|test)\.each\b.*)$/,
];

export function testCaseName(line: string): string | null {
  for (const sign of CASES) {
    const name = sign.exec(line)?.groups?.name;
    if (name !== undefined) return name;
  }
  return null;
}

const SKIPS: readonly RegExp[] = [
  /\b(?:it|test|describe|context|suite|bench)(?:\.\w+)*\.(?:skip|only|todo|failing|fails|fixme|skipIf|runIf)\b/,
  /^\s*(?:x(?:it|test|describe|context|specify)|f(?:it|describe|context))\s*[(.]/,
  /@?pytest\.(?:mark\.)?(?:skip|skipif|xfail|importorskip)\b/,
  /@(?:unittest\.)?(?:skip|skipIf|skipUnless|expectedFailure)\b|\b(?:self\.)?skipTest\(/,
  /\bt\.Skip(?:f|Now)?\(/,
  /#\[ignore\b|#\[cfg_attr\(.*\bignore\b/,
  /@(?:Disabled|Ignore)\b|\[Ignore\b|\bSkip\s*=\s*"/,
  /\bthis\.skip\(\)|\b(?:t|ctx|context)\.(?:skip|todo)\(/,
  /[{,]\s*(?:skip|todo|only)\s*:\s*(?!false)/,
  /\bmarkTest(?:Skipped|Incomplete)\(|@tag\s+:?skip|^\s*(?:pending|skip)\b(?:\s|\()/,
  /\bcollect_ignore(?:_glob)?\b|__test__\s*=\s*False/,
];

export function skipsTest(line: string): boolean {
  return SKIPS.some((sign) => sign.test(line));
}

const ASSERTION =
  /\bassert\w*\b|\bexpect\w*\s*[(!]|\.should\b|\bt\.(?:Error|Fatal)f?\(|\brequire\.[A-Z]\w+\(|\bXCTAssert\w*|\bREQUIRE\(|\bt\.(?:is|deepEqual|like|throws)\w*\(/;
/** Says next to nothing about a value. */
const LOOSE =
  /toBeTruthy|toBeFalsy|toBeDefined|not\.toBeNull|not\.toBeUndefined|expect\.any(?:thing)?\(|assertIsNotNone|is not None\s*$|not\.toThrow\(\)|(?:assert|assertTrue|assert\.ok|expect|assert!)\s*\(?\s*(?:true|True|1)\b/;

export function isAssertion(line: string): boolean {
  return ASSERTION.test(line) && !/^\s*(?:\/\/|#(?!\[)|\*|import\b|from\b)/.test(line);
}

export function isLooseAssertion(line: string): boolean {
  return isAssertion(line) && LOOSE.test(line);
}

/** Turns a check off for a whole file. */
export const FILE_SWITCH_OFF =
  /\/[/*]\s*eslint-disable(?!-(?:next-)?line)|@ts-nocheck|#\s*(?:flake8|ruff)\s*:\s*noqa\s*$|#\s*mypy\s*:\s*ignore-errors|biome-ignore-all|#!\[allow\(|\/\*\s*istanbul ignore file|\/\/\s*nolint\s*$/;
