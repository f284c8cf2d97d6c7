import { classifyCommand } from "./test-command.ts";
import { isTestFile } from "./weakening-signs.ts";

type Tree = {
  /** Every path of the tree. */
  paths: readonly string[];
  /** The files that a plan is made from, by path. */
  files: ReadonlyMap<string, string>;
};

const TEST_FOLDER = /(^|\/)(tests?|specs?|__tests__|e2e)\//i;
const TEST_SETTINGS =
  /(^|\/)(pytest\.ini|tox\.ini|noxfile\.py|conftest\.py|\.rspec|phpunit\.xml(\.dist)?|(jest|vitest|karma|playwright|cypress|ava|wdio)\.(config|conf)\.[^/]+|\.mocharc[^/]*)$/i;
/** Runners as dependencies, or as what a workflow calls, wherever the plan could not make a command of it. */
const RUNNERS =
  /\b(pytest|tox|nox|unittest|jest|vitest|mocha|jasmine|ava|cypress|playwright|rspec|minitest|phpunit|pestphp|junit|testng|nunit|xunit|mstest)\b/i;
const MOST = 20;

/** Everything that says there are, or should be, tests; empty only where nothing does. */
export function testInfrastructure({ paths, files }: Tree): string[] {
  const signs = [
    ...paths.filter((path) => isTestFile(path) || TEST_FOLDER.test(path) || TEST_SETTINGS.test(path)),
    ...[...files].filter(([, text]) => RUNNERS.test(text) || runsTests(text)).map(([path]) => path),
  ];
  return [...new Set(signs)].slice(0, MOST);
}

/** A workflow's or a Makefile's lines, without the syntax round them. */
function runsTests(text: string): boolean {
  return text
    .split("\n")
    .slice(0, 5_000)
    .some((line) => classifyCommand(line.replace(/^\s*(-\s+)?(run:\s*)?[@-]?/, "").slice(0, 500)) === "test");
}
