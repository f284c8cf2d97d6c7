type Lines = readonly { text: string }[];

/** The name of the test case that starts on this line; a line in a comment starts none. */
const CASES: readonly RegExp[] = [
  /^\s*(?:(?:it|test|specify|scenario)(?:\.\w+)*)\s*\(\s*(["'`])(?<name>.*?)\1/,
  /^\s*(?:test|it|specify|example)\s+(["'])(?<name>.*?)\1\s*(?:,|do\b|\{)/,
  /^\s*(?:async\s+)?def\s+(?<name>test_?\w*)\s*\(?/,
  /^\s*func\s+(?:\([^)]*\)\s*)?(?<name>(?:Test|Fuzz|Example|Benchmark)\w*)\s*\(/,
  /^\s*(?:public\s+)?function\s+(?<name>test\w+)\s*\(/,
  /^\s*func\s+(?<name>test\w+)\s*\(/,
  /^\s*(?<name>(?:it|test)\.each\b.*)$/,
  /^\s*t\.Run\(\s*(?<name>"[^"]*")/,
  /^\s*(?:TEST|TEST_F|TEST_P|TEST_CASE|SCENARIO)\s*\((?<name>[^)]*)\)/,
];
/** The line after it, or one soon after, names the test. */
const MARK =
  /^\s*(?:@(?:Test|ParameterizedTest|RepeatedTest|Property)\b|#\[(?:\w+::)*(?:test|rstest|test_case|quickcheck)\b|#\[Test\b|\[(?:Fact|Theory|Test|TestCase|TestMethod|DataTestMethod)\b|\/?\*+\s*@test\b)/;
const NAMED =
  /^\s*(?:(?:public|private|internal|protected|static|final|async|pub|suspend|open|override)\s+)*(?:fn|fun|void|Task|ValueTask|function|func)\s+(?<name>`[^`]+`|\w+)\s*[(<]/;
const MOST_BETWEEN = 5;
/** How every one of them begins; most lines do not, and need no closer look. */
const BEGINS =
  /^\s*(?:it|test|specify|scenario|example|async|def|func|public|t\.Run|TEST|SCENARIO|@|#\[|\[|\/?\*)/;

/** Names of the test cases that start in these lines; one that is only marked counts as "a test without a name". */
export function testCaseNames(lines: Lines): string[] {
  return lines.flatMap(({ text }, at) => {
    if (!BEGINS.test(text)) return [];
    if (MARK.test(text)) return [nameAfter(lines, at)];
    for (const sign of CASES) {
      const name = sign.exec(text)?.groups?.name;
      if (name !== undefined) return [name];
    }
    return [];
  });
}

function nameAfter(lines: Lines, at: number): string {
  for (const { text } of lines.slice(at + 1, at + 1 + MOST_BETWEEN)) {
    const name = NAMED.exec(text)?.groups?.name;
    if (name !== undefined) return name;
    if (MARK.test(text)) break;
  }
  return "a test without a name";
}
