/** Where tests live and what their files are called, over the ecosystems. */
const TEST_PATHS: readonly RegExp[] = [
  /(^|\/)(tests?|__tests__|specs?|e2e)\//i,
  /(^|\/)test_[^/]+\.py$/,
  /[._-](test|tests|spec|e2e)\.[cm]?[jt]sx?$/i,
  /_(test|spec)\.[a-z]+$/i,
  /(Test|Tests|Spec|IT)\.(java|kt|kts|scala|groovy|cs|fs|swift|php)$/,
  /(^|\/)(conftest\.py|(spec|test|rails)_helper\.rb|setupTests\.[jt]sx?|jest[._-]setup\.[cm]?[jt]s|vitest[._-]setup\.[cm]?[jt]s)$/,
];
/** What tests compare with; without them there is nothing to differ from. */
const SNAPSHOT = /\.(snap|snapshot|ambr|approved\.\w+)$|(^|\/)__(image_)?snapshots__\//i;
const CODE =
  /\.([cm]?[jt]sx?|py|go|rs|java|kts?|scala|groovy|cs|fs|swift|php|rb|exs?|c|cc|cpp|h|hpp|sh|bats|lua|dart|clj|hs)$/i;

export function isCodeFile(path: string): boolean {
  return CODE.test(path);
}

export function isTestFile(path: string): boolean {
  return CODE.test(path) && TEST_PATHS.some((sign) => sign.test(path));
}

export function isSnapshot(path: string): boolean {
  return SNAPSHOT.test(path);
}

/** Files that say what is tested, linted, measured and run in CI. */
const CHECK_FILES: readonly RegExp[] = [
  /(^|\/)\.github\/(workflows|actions)\//i,
  /(^|\/)(\.gitlab-ci\.ya?ml|\.circleci\/.+|Jenkinsfile|azure-pipelines\.ya?ml|\.travis\.ya?ml|\.buildkite\/.+)$/i,
  /(^|\/)(jest|vitest|karma|playwright|cypress|ava|wdio)\.(config|conf)\.[^/]+$/i,
  /(^|\/)\.(mocharc|nycrc|c8rc|taprc|rspec|coveragerc|simplecov|eslintrc|eslintignore|flake8|pylintrc|rubocop|golangci|stylelintrc)([._][^/]*)?$/i,
  /(^|\/)(eslint\.config\.[^/]+|biome\.jsonc?|tslint\.json|tsconfig[^/]*\.json|\.?ruff\.toml|\.?clippy\.toml)$/i,
  /(^|\/)(pytest|tox|mypy|setup)\.(ini|cfg)$/i,
  /(^|\/)(checkstyle|detekt|pmd|spotbugs|psalm|phpcs|phpmd|infection|stryker|sonar-project|lefthook|wallaby)[^/]*\.(xml|ya?ml|json5?|properties|dist|neon|conf)$/i,
  /(^|\/)(\.rubocop_todo\.yml|\.prettierrc[^/]*|\.prettierignore|\.php-cs-fixer[^/]*|\.simplecov|\.husky\/.+|\.swiftlint\.yml|Directory\.Build\.(props|targets)|\.globalconfig)$/i,
  /(^|\/)[^/]+\.runsettings$/i,
  /(^|\/)(noxfile\.py|phpunit\.xml(\.dist)?|phpstan\.neon(\.dist)?|pyrightconfig\.json|\.pre-commit-config\.yaml|\.?codecov\.ya?ml)$/i,
];

export function isCheckConfiguration(path: string): boolean {
  return CHECK_FILES.some((sign) => sign.test(path));
}
