import { expect, test } from "@jest/globals";
import type { FileChange } from "../../src/core/evidence.ts";
import { findWeakenings } from "../../src/core/weakening.ts";

type Edit = {
  path: string;
  removed?: string[];
  added?: string[];
  status?: FileChange["status"];
  oldPath?: string;
};

function weakenings(...edits: Edit[]): string[] {
  const numbered = (texts: string[] = []) => texts.map((text, at) => ({ line: at + 1, text }));
  const patch = edits.flatMap(({ path, oldPath, removed, added }) =>
    oldPath
      ? [
          { path: oldPath, removed: numbered(removed), added: [] },
          { path, removed: [], added: numbered(added) },
        ]
      : [{ path, removed: numbered(removed), added: numbered(added) }],
  );
  const files = edits.map(({ path, oldPath = null, status = "modified" }) => ({
    path,
    oldPath,
    status,
    added: 0,
    deleted: 0,
    binary: false,
    mode: "100644",
  }));
  return findWeakenings({ patch, files }).map(({ kind }) => kind);
}

const CASE = ['test("adds", () => {', "  expect(sum(1, 2)).toBe(3);", "});"];
const T = "test/sum.test.ts";

test.each<[string, Edit, string[]]>([
  ["a deleted test file", { path: T, removed: CASE, status: "deleted" }, ["test_deleted"]],
  ["a removed case", { path: T, removed: CASE }, ["test_deleted", "assertion_loosened"]],
  [
    "a case in a comment",
    { path: T, removed: CASE, added: CASE.map((line) => `// ${line}`) },
    ["test_deleted", "assertion_loosened"],
  ],
  [
    "a Python case",
    { path: "tests/test_a.py", removed: ["def test_a():", "    assert f() == 1"] },
    ["test_deleted", "assertion_loosened"],
  ],
  ["a Rust case beside the code", { path: "src/lib.rs", removed: ["    #[test]"] }, ["test_deleted"]],
  [
    "skip",
    { path: T, removed: ['test("adds", () => {'], added: ['test.skip("adds", () => {'] },
    ["test_skipped"],
  ],
  ["only", { path: T, removed: ['it("adds", f)'], added: ['it.only("adds", f)'] }, ["test_skipped"]],
  [
    "xit",
    { path: T, removed: ['it("adds", f)'], added: ['xit("adds", f)'] },
    ["test_deleted", "test_skipped"],
  ],
  ["a skip option", { path: T, added: ['test("new", { skip: true }, () => {'] }, ["test_skipped"]],
  ["pytest.mark.xfail", { path: "tests/test_a.py", added: ["@pytest.mark.xfail"] }, ["test_skipped"]],
  ["unittest.skip", { path: "tests/test_a.py", added: ["    @unittest.skip('later')"] }, ["test_skipped"]],
  ["t.Skip", { path: "a_test.go", added: ['\tt.Skip("later")'] }, ["test_skipped"]],
  ["#[ignore]", { path: "tests/a.rs", added: ["#[ignore]"] }, ["test_skipped"]],
  ["@Disabled", { path: "src/test/java/ATest.java", added: ["  @Disabled"] }, ["test_skipped"]],
  ["a missing assertion", { path: T, removed: ["  expect(a).toBe(1);"] }, ["assertion_loosened"]],
  [
    "an assertion that says less",
    { path: T, removed: ["  expect(a).toBe(1);"], added: ["  expect(a).toBeDefined();"] },
    ["assertion_loosened"],
  ],
  [
    "an assertion of nothing",
    { path: T, removed: ["  expect(a).toBe(1);"], added: ["  expect(true).toBe(true);"] },
    ["assertion_loosened"],
  ],
  ["a linter's settings", { path: "eslint.config.js", added: ["off"] }, ["check_configuration"]],
  ["a new pytest.ini", { path: "pytest.ini", added: ["[pytest]"], status: "added" }, ["check_configuration"]],
  ["a workflow", { path: ".github/workflows/ci.yml", removed: ["- run: npm test"] }, ["check_configuration"]],
  [
    "the test script",
    { path: "package.json", removed: ['    "test": "jest",'], added: ['    "test": "true",'] },
    ["check_configuration"],
  ],
  [
    "a coverage bound",
    { path: "pyproject.toml", removed: ["fail_under = 90"], added: ["fail_under = 10"] },
    ["check_configuration"],
  ],
  ["a file without linting", { path: "src/a.ts", added: ["/* eslint-disable */"] }, ["check_configuration"]],
  ["a Go case", { path: "a_test.go", removed: ["func TestA(t *testing.T) {"] }, ["test_deleted"]],
  ["a Go build tag", { path: "a_test.go", added: ["//go:build slow"] }, ["test_skipped"]],
  [
    "a Java case among others",
    {
      path: "src/test/java/ATest.java",
      removed: ["  @Test", "  void adds() {", "    assertEquals(1, f());"],
    },
    ["test_deleted", "assertion_loosened"],
  ],
  [
    "a Java mark that is taken away",
    { path: "src/test/java/ATest.java", removed: ["  @Test"] },
    ["test_deleted"],
  ],
  [
    "a Kotlin assumption",
    { path: "src/test/kotlin/ATest.kt", added: ["    assumeTrue(false)"] },
    ["test_skipped"],
  ],
  [
    "a C# fact",
    { path: "A.Tests/ATests.cs", removed: ["[Fact]"], added: ['[Fact(Skip = "later")]'] },
    ["test_skipped"],
  ],
  [
    "a C# assertion",
    { path: "A.Tests/ATests.cs", removed: ["  Assert.Equal(1, f());"], added: ["  Assert.NotNull(f());"] },
    ["assertion_loosened"],
  ],
  ["a Ruby case", { path: "spec/a_spec.rb", removed: ['  it "adds" do'] }, ["test_deleted"]],
  ["a Ruby skip", { path: "test/a_test.rb", added: ['    skip "later"'] }, ["test_skipped"]],
  [
    "a Ruby expectation",
    { path: "spec/a_spec.rb", removed: ["    expect(f).to eq 1"], added: ["    expect(f).to be_truthy"] },
    ["assertion_loosened"],
  ],
  [
    "a PHP case",
    { path: "tests/ATest.php", removed: ["    public function testAdds(): void"] },
    ["test_deleted"],
  ],
  [
    "a PHP skip",
    { path: "tests/ATest.php", added: ["        $this->markTestSkipped('later');"] },
    ["test_skipped"],
  ],
  ["a Rust skip beside the code", { path: "src/lib.rs", added: ["    #[ignore]"] }, ["test_skipped"]],
  ["a case that is never reached", { path: T, added: ["if (false) {"] }, ["test_skipped"]],
  ["a comment that begins over old code", { path: T, added: ["/*"] }, ["test_skipped"]],
  ["an exit before the failure", { path: T, added: ["process.exit(0);"] }, ["test_skipped"]],
  [
    "a hook that picks tests",
    { path: "conftest.py", added: ["def pytest_collection_modifyitems(items):"] },
    ["test_skipped"],
  ],
  [
    "a value that is compared with itself",
    { path: "tests/test_a.py", removed: ["    assert f() == 1"], added: ["    assert 1 == 1"] },
    ["assertion_loosened"],
  ],
  ["a failure that is swallowed", { path: T, added: ["  } catch {}"] }, ["assertion_loosened"]],
  [
    "a deleted snapshot",
    { path: "test/__snapshots__/a.snap", removed: ["x"], status: "deleted" },
    ["test_deleted"],
  ],
  [
    "what pytest leaves out",
    { path: "pyproject.toml", added: ['addopts = "--deselect tests/test_a.py"'] },
    ["check_configuration"],
  ],
  [
    "what Jest leaves out",
    { path: "package.json", added: ['    "testPathIgnorePatterns": ["slow"],'] },
    ["check_configuration"],
  ],
  [
    "a bound of coverage in package.json",
    { path: "package.json", removed: ['  "branches": 90,'], added: ['  "branches": 9,'] },
    ["check_configuration"],
  ],
  [
    "tests that Maven skips",
    { path: "pom.xml", added: ["<skipTests>true</skipTests>"] },
    ["check_configuration"],
  ],
  [
    "failures that Gradle ignores",
    { path: "build.gradle.kts", added: ["    ignoreFailures = true"] },
    ["check_configuration"],
  ],
  [
    "warnings that .NET leaves out",
    { path: "a/a.csproj", added: ["<NoWarn>CS1591</NoWarn>"] },
    ["check_configuration"],
  ],
  [
    "a recipe that tests",
    { path: "Makefile", removed: ["\tpytest -q"], added: ["\ttrue"] },
    ["check_configuration"],
  ],
  ["a linter's file of another language", { path: ".golangci.yml", added: ["x"] }, ["check_configuration"]],
  [
    "a renamed test file with fewer tests",
    {
      path: "test/b.test.ts",
      oldPath: T,
      removed: [...CASE, 'test("more", f)'],
      added: CASE,
      status: "renamed",
    },
    ["test_deleted"],
  ],
  [
    "a renamed test file with a skip",
    {
      path: "test/b.test.ts",
      oldPath: T,
      removed: CASE,
      added: ['test.skip("adds", () => {', ...CASE.slice(1)],
      status: "renamed",
    },
    ["test_skipped"],
  ],
  [
    "a test file under a name that nobody runs",
    { path: "old/sum.ts", oldPath: "src/sum.test.ts", removed: CASE, added: CASE, status: "renamed" },
    ["test_deleted"],
  ],
])("%s is seen", (_title, edit, kinds) => expect(weakenings(edit)).toEqual(kinds));

test.each<[string, Edit[]]>([
  [
    "another expected value",
    [{ path: T, removed: ["  expect(sum(1, 2)).toBe(3);"], added: ["  expect(sum(1, 2)).toBe(4);"] }],
  ],
  ["another name", [{ path: T, removed: CASE, added: ['test("adds numbers", () => {', ...CASE.slice(1)] }]],
  ["more cases", [{ path: T, added: CASE }]],
  [
    "a moved case",
    [
      { path: T, removed: CASE, status: "deleted" },
      { path: "test/other.test.ts", added: CASE, status: "added" },
    ],
  ],
  [
    "a renamed test file",
    [{ path: "test/b.test.ts", oldPath: T, removed: CASE, added: CASE, status: "renamed" }],
  ],
  ["a new test script", [{ path: "package.json", added: ['    "test": "jest"'] }]],
  [
    "a script that only moved",
    [
      {
        path: "package.json",
        removed: ['    "test": "jest"'],
        added: ['    "test": "jest",', '    "x": "y"'],
      },
    ],
  ],
  ["a new dependency", [{ path: "package.json", added: ['    "jest": "^30"'] }]],
  ["source that mentions skip", [{ path: "src/skip.ts", added: ["this.skip();", "items.skip(2)"] }]],
  ["an ignored single line", [{ path: "src/a.ts", added: ["// eslint-disable-next-line no-console"] }]],
  ["a skip taken away", [{ path: T, removed: ['test.skip("adds", f)'], added: ['test("adds", f)'] }]],
  ["test data", [{ path: "test/fixtures/a.json", removed: ['{"expect": 1}'], status: "deleted" }]],
  [
    "stricter assertions",
    [{ path: T, removed: ["  expect(a).toBeTruthy();"], added: ["  expect(a).toBe(1);"] }],
  ],
])("%s weakens nothing", (_title, edits) => expect(weakenings(...edits)).toEqual([]));

test.each<[string, Edit[], string[]]>([
  [
    "a case that moves into a file that no runner reads",
    [
      { path: T, removed: CASE },
      { path: "notes/sum.ts", added: CASE, status: "added" },
    ],
    ["test_deleted", "assertion_loosened"],
  ],
  [
    "a moved file that loses its assertions",
    [
      { path: T, removed: CASE, status: "deleted" },
      { path: "test/other.test.ts", added: ['test("adds", () => {', "});"], status: "added" },
    ],
    ["assertion_loosened"],
  ],
  [
    "two cases of one name, of which one goes",
    [{ path: T, removed: [...CASE, ...CASE], added: CASE }],
    ["test_deleted", "assertion_loosened"],
  ],
])("moving hides nothing: %s", (_title, edits, kinds) => expect(weakenings(...edits)).toEqual(kinds));

test.each<[string, Edit[]]>([
  [
    "one case of many, with its assertion",
    [
      { path: T, removed: CASE },
      { path: "test/other.test.ts", added: CASE },
    ],
  ],
  [
    "Java cases that only change places",
    [
      {
        path: "src/test/java/ATest.java",
        removed: ["  @Test", "  void a() {", "  @Test", "  void b() {"],
        added: ["  @Test", "  void b() {", "  @Test", "  void a() {"],
      },
    ],
  ],
  ["a comment of several lines", [{ path: T, added: ["/*", " * Why", " */"] }]],
  ["a snapshot that changes", [{ path: "test/__snapshots__/a.snap", removed: ["1"], added: ["2"] }]],
  ["a new recipe", [{ path: "Makefile", added: ["test:", "\tpytest -q"] }]],
  ["a dependency of a build", [{ path: "pom.xml", added: ["<artifactId>guava</artifactId>"] }]],
  ["source that exits", [{ path: "src/cli.ts", added: ["process.exit(0);"] }]],
])("%s weakens nothing either", (_title, edits) => expect(weakenings(...edits)).toEqual([]));

test("five thousand lines and one very long one are read quickly", () => {
  const added = [...Array(5_000).fill("  expect(sum(1, 2)).toBe(3);"), "test.".repeat(200_000)];
  const start = performance.now();

  weakenings({ path: T, added });

  expect(performance.now() - start).toBeLessThan(500);
});
