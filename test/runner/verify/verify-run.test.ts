import { mkdirSync, symlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { readResultFiles } from "../../../runner/verify/result-files.ts";
import { toVerifyRun } from "../../../runner/verify/verify-run.ts";
import { temporaryFolder, writeFiles } from "../../support/git-repository.ts";

const { signal } = new AbortController();
const report = (name: string) => `<testsuite><testcase name="${name}"><failure/></testcase></testsuite>`;
const outcome = { exitCode: 1, timedOut: false, durationMs: 1, output: "", outputCut: false };

test("reports that a command wrote are read, wherever runners put them; older ones and links are not", async () => {
  using folder = temporaryFolder();
  using outside = temporaryFolder();
  writeFiles(folder.path, {
    "junit.xml": report("a"),
    "api/target/surefire-reports/TEST-b.xml": report("b"),
    "build/test-results/test/c.xml": report("c"),
    "old/junit.xml": report("old"),
    "node_modules/x/junit.xml": report("lent"),
    "pom.xml": "<project/>",
  });
  writeFiles(outside.path, { "junit.xml": report("elsewhere") });
  symlinkSync(join(outside.path, "junit.xml"), join(folder.path, "linked-junit.xml"));
  symlinkSync(outside.path, join(folder.path, "test-results"));
  utimesSync(join(folder.path, "old/junit.xml"), 1, 1);
  mkdirSync(join(folder.path, "x/junit.xml"), { recursive: true });

  const since = Date.now() - 60_000;

  expect(await readResultFiles({ folder: folder.path, since, signal })).toEqual({
    ran: 3,
    failing: ["a", "b", "c"],
    failed: 3,
  });
  expect(await readResultFiles({ folder: join(folder.path, "gone"), since, signal })).toBeNull();
});

test("a report says what the output does not, and takes nothing away from what it does say", () => {
  const reports = { ran: 2, failing: ["a"], failed: 1 };

  expect(toVerifyRun(outcome, "test", reports)).toMatchObject({ ran: 2, failing: ["a"], saysFailed: true });
  expect(toVerifyRun({ ...outcome, exitCode: 0 }, "test", reports)).toMatchObject({ saysFailed: true });
  expect(toVerifyRun({ ...outcome, output: "1 passed in 0.1s" }, "test", reports)).toMatchObject({
    ran: 1,
    failing: [],
    saysFailed: true,
  });
});

test("lines are read only where nothing else can be, and never out of an output that was cut", () => {
  const output = "FAILED src/a.ts\n";

  expect(toVerifyRun({ ...outcome, output }, "test").failing).toEqual(["output: FAILED src/a.ts"]);
  expect(toVerifyRun({ ...outcome, output, outputCut: true }, "test").failing).toBeNull();
  expect(toVerifyRun({ ...outcome, output, exitCode: 0 }, "test").failing).toBeNull();
  expect(toVerifyRun({ ...outcome, output: "2 failed in 0.1s\n" }, "test").failing).toBeNull();
});
