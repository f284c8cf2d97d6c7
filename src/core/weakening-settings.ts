import { classifyCommand } from "./test-command.ts";

type Sign = (line: string) => boolean;
type Row = {
  file: RegExp;
  /** Settings of the checks: taking one away or changing it changes what is checked. */
  kept: Sign;
  /** Settings that leave something out: adding one is enough. */
  leavesOut: Sign;
};

const sign =
  (pattern: RegExp): Sign =>
  (line) =>
    pattern.test(line);
const NEVER: Sign = () => false;

/** Settings of tests, linters and coverage inside of files that hold much else as well. */
const ROWS: readonly Row[] = [
  {
    file: /(^|\/)package\.json$/,
    kept: sign(
      /^\s*"((pre|post)?(test|lint|typecheck|check|coverage|jest|vitest|mocha|ava|nyc|c8|eslintConfig)[\w:-]*|testMatch|testRegex|roots|coverageThreshold|collectCoverageFrom|branches|functions|lines|statements|check-coverage|setupFiles\w*|snapshot\w*|lint-staged)"\s*:/,
    ),
    leavesOut: sign(/^\s*"(\w*Ignore\w*|ignorePatterns|passWithNoTests|testNamePattern)"\s*:/),
  },
  {
    file: /(^|\/)(pyproject\.toml|\.coveragerc)$/,
    kept: sign(
      /^\s*(addopts|testpaths|python_files|norecursedirs|fail_under|omit|select|ignore|extend-ignore|extend-exclude|exclude|strict|ignore_errors|disable_error_code|xfail_strict|\[tool\.(pytest|ruff|mypy|coverage|pyright)[\w.]*\])/,
    ),
    leavesOut: sign(
      /^\s*(addopts\s*=.*(-k|-m|--ignore|--deselect|--co|--exitfirst|-p no)|norecursedirs|omit|extend-ignore|extend-exclude|ignore_errors|disable_error_code|per-file-ignores)/,
    ),
  },
  {
    file: /(^|\/)Cargo\.toml$/,
    kept: sign(/^\s*(\[(workspace\.)?lints|autotests|test\s*=|harness\s*=)/),
    leavesOut: sign(/^\s*(autotests|test|doctest)\s*=\s*false/),
  },
  {
    file: /(^|\/)(pom\.xml|build\.gradle(\.kts)?)$/,
    kept: sign(/useJUnitPlatform|<haltOnFailure>|jacoco|checkstyle|spotbugs|failsafe|surefire|minimum\s*=/),
    leavesOut: sign(
      /skipTests|maven\.test\.skip|testFailureIgnore|ignoreFailures|excludeTestsMatching|excludeTags|excludedGroups|enabled\s*=\s*false|failIfNoTests/,
    ),
  },
  {
    file: /\.(cs|fs|vb)proj$/,
    kept: sign(
      /IsTestProject|TreatWarningsAsErrors|WarningsAsErrors|RunAnalyzers|AnalysisLevel|EnforceCodeStyle/,
    ),
    leavesOut: sign(/<(NoWarn|WarningsNotAsErrors)>|<RunAnalyzers\w*>false|VSTestTestCaseFilter/),
  },
  {
    file: /(^|\/)(composer|deno)\.jsonc?$/,
    kept: sign(/^\s*"(test|lint|check|phpstan|psalm|cs|stan)[\w:-]*"\s*:/),
    leavesOut: NEVER,
  },
  {
    file: /(^|\/)vite\.config\.[cm]?[jt]s$/,
    kept: sign(/^\s*(test|coverage|thresholds|include|branches|functions|lines|statements)\s*:/),
    leavesOut: sign(/^\s*(exclude|passWithNoTests|testNamePattern|allowOnly)\s*:/),
  },
  {
    file: /(^|\/)Rakefile$/,
    kept: sign(/TestTask|RSpec::Core|\.pattern\b|test_files/),
    leavesOut: sign(/exclude_pattern/),
  },
  { file: /(^|\/)\.editorconfig$/, kept: NEVER, leavesOut: sign(/severity\s*=\s*(none|silent)/) },
  {
    file: /(^|\/)((GNUm|M|m)akefile|[Jj]ustfile|\.justfile)$/,
    kept: (line) => classifyCommand(line.trim().replace(/^[@+-]+/, "")) !== "other",
    leavesOut: sign(/^\t-\s*\S*(pytest|test|lint|check)/),
  },
];

type Lines = readonly { text: string }[];

/** The first setting of the checks that a change of this file takes away, changes, or adds to leave something out. */
export function changedSetting(file: { path: string; added: Lines; removed: Lines }): string | null {
  const row = ROWS.find(({ file: name }) => name.test(file.path));
  if (!row) return null;
  const [added, removed] = [file.added, file.removed].map(plainTexts) as [string[], string[]];
  const gone = removed.find((text) => (row.kept(text) || row.leavesOut(text)) && !added.includes(text));
  return gone ?? added.find((text) => row.leavesOut(text) && !removed.includes(text)) ?? null;
}

/** A comma more or less at its end leaves a line what it was. */
function plainTexts(lines: Lines): string[] {
  return lines.map(({ text }) => text.replace(/,?\s*$/, ""));
}
