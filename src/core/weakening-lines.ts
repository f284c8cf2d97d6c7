type Lines = readonly { line: number; text: string }[];

const SKIPS: readonly RegExp[] = [
  // JavaScript
  /\b(?:it|test|describe|context|suite|bench)(?:\.\w+)*\.(?:skip|only|todo|failing|fails|fixme|skipIf|runIf)\b/,
  /^\s*(?:x(?:it|test|describe|context|specify)|f(?:it|describe|context))\s*[(.]/,
  /\bthis\.skip\(\)|\b(?:t|ctx|context)\.(?:skip|todo)\(|[{,]\s*(?:skip|todo|only)\s*:\s*(?!false)/,
  // Python
  /@?pytest\.(?:mark\.)?(?:skip|skipif|xfail|importorskip|exit)\b|\bSkipTest\b/,
  /@(?:unittest\.)?(?:skip|skipIf|skipUnless|expectedFailure)\b|\b(?:self\.)?skipTest\(/,
  /\bcollect_ignore(?:_glob)?\b|__test__\s*=\s*False|\bpytest_(?:collection_modifyitems|ignore_collect|runtest_\w+|sessionfinish)\b/,
  // Go, Rust
  /\bt\.Skip(?:f|Now)?\(|^\/\/(?:go:build|\s*\+build)\b/,
  /#\[ignore\b|#\[cfg_attr\(.*\bignore\b|#\[cfg\(any\(\)\)\]|#\[should_panic\b/,
  // Java, Kotlin, C#
  /@(?:Disabled\w*|Ignore|EnabledIf\w*|EnabledOn\w*)\b|\bassum(?:e|ing)(?:True|That|False)\(|\(\s*enabled\s*=\s*false/,
  /\[(?:Ignore|Explicit)\b|\bSkip\s*=\s*["@$]|\bAssert\.(?:Ignore|Inconclusive|Pass|Skip)\(/,
  // PHP, Ruby, Elixir
  /\bmarkTest(?:Skipped|Incomplete)\(|->(?:skip|todo|only)\(|#\[(?:Requires|Group\('skip)|@requires\b|expectNotToPerformAssertions|addToAssertionCount/,
  /@tag\s+:?skip|^\s*(?:pending|skip)\b(?:\s|\(|$)|\bskip:\s*(?!false)|,\s*:(?:skip|focus|pending)\b/,
  // In any language: never reached, or ended before it can fail
  /^\s*(?:if\s*\(?\s*(?:false|0)\s*\)?\s*[:{]?|if\s+False\s*:|if\s+0\s*:|#if\s+(?:0|false)|=begin)\s*$/,
  /\b(?:process\.exit|os\._exit|sys\.exit|System\.exit|Environment\.Exit|os\.Exit|exit)\(\s*0?\s*\)|process\.exitCode\s*=\s*0/,
];

export function skipsTest(line: string): boolean {
  return SKIPS.some((sign) => sign.test(line)) && !isComment(line);
}

/** Lines that begin or end a comment over code that was there before, so that it no longer runs. */
export function commentsOut(added: Lines): number | null {
  const numbers = new Set(added.map(({ line }) => line));
  const opens = added.find(
    ({ line, text }) => /^\s*(?:\/\*+|"""|'''|<!--|\{\/\*)\s*$/.test(text) && !numbers.has(line + 1),
  );
  return opens?.line ?? null;
}

const ASSERTION =
  /\b(?:assert|refute)\w*\b|\bAssert\.\w+\(|\bexpect\w*\s*[(!{]|\.(?:should|Should)\b|\bshould(?:Be|Equal|Throw|Contain|Have)\w*\b|\bis_expected\b|\bmust_\w+|\bt\.(?:Error|Fatal)f?\(|\brequire\.[A-Z]\w+\(|\bXCTAssert\w*|\b(?:EXPECT|ASSERT|REQUIRE|CHECK)(?:_\w+)?\(|\bt\.(?:is|deepEqual|like|throws|equal|same|ok)\w*\(/;
/** Says next to nothing about a value. */
const LOOSE: readonly RegExp[] = [
  /toBeTruthy|toBeFalsy|toBeDefined|not\.toBeNull|not\.toBeUndefined|expect\.any(?:thing)?\(|not\.toThrow\(\)|toBeCloseTo|toMatchObject|objectContaining|stringContaining|arrayContaining|toContain\(/,
  /assertIsNotNone|is not None\s*$|assertIn\(|assertAlmostEqual|pytest\.approx|assertGreater|assertLess|assertNotEqual/,
  /assertNotNull|Assert\.(?:NotNull|IsNotNull|IsNotEmpty|NotEmpty)|assertDoesNotThrow|NotBeNull\(|isNotNull\(|assertInstanceOf|assertContains|refute_nil|refute_empty|be_truthy|not_to be_nil|be_present|NotNil\(|NoError\(/,
  /(?:assert|assertTrue|assert\.ok|expect|assert!|Assert\.True|Assert\.IsTrue|assert_true|t\.true|t\.ok|t\.pass)\s*\(?\s*(?:true|True|1|!0)\b/,
  /\bexpect\(\s*(["'\w.]+)\s*\)\.\w+\(\s*\1\s*\)|\b[Aa]ssert\w*[.!]?\w*\s*\(\s*(["'\w]+)\s*,\s*\2\s*[,)]|\bassert\s+(["'\w.]+)\s*==\s*\3\s*$/,
];
/** Takes a failure away where it happens. */
const SWALLOWS =
  /^\s*except(?:\s+\w+)?\s*:\s*pass\s*$|\bcatch\s*(?:\([^)]*\))?\s*\{\s*\}|\.catch\(\s*\(?\w*\)?\s*=>\s*\{?\s*\}?\s*\)|\brescue\s*(?:=>\s*\w+)?\s*;?\s*nil\s*$|\|\|\s*true\s*$/;

export function isAssertion(line: string): boolean {
  return ASSERTION.test(line) && !isComment(line);
}

export function isLooseAssertion(line: string): boolean {
  return isAssertion(line) && LOOSE.some((sign) => sign.test(line));
}

export function swallowsFailure(line: string): boolean {
  return SWALLOWS.test(line) && !isComment(line);
}

function isComment(line: string): boolean {
  return /^\s*(?:\/\/(?!go:build|\s*\+build)|#(?!\[|if)|\*|import\b|from\b|use\b|using\b)/.test(line);
}

/** Turns a check off for a whole file. */
export const FILE_SWITCH_OFF =
  /\/[/*]\s*eslint-disable(?!-(?:next-)?line)|@ts-nocheck|#\s*(?:flake8|ruff)\s*:\s*noqa\s*$|#\s*mypy\s*:\s*ignore-errors|#\s*pylint\s*:\s*(?:skip-file|disable=all)|#\s*pyright\s*:\s*(?:basic|ignore)|biome-ignore-all|#!\[allow\(|\/\*\s*(?:istanbul|c8|v8) ignore file|\/\/\s*nolint\s*$|#\s*rubocop:disable\s+all|phpcs:ignoreFile|@file:Suppress|#pragma warning disable\s*$|@phpstan-ignore-file|\/\*\s*jshint ignore:start/;
