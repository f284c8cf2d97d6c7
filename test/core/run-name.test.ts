import { expect, test } from "@jest/globals";
import type { State } from "../../src/core/run.ts";
import { chooseRun, parseRunName, severalInWords } from "../../src/core/run-name.ts";

test.each([
  ["an id in full", "run_1a2b3c", { kind: "id", start: "run_1a2b3c" }],
  ["the start of an id", "1a", { kind: "id", start: "1a" }],
  ["a repository", "octo/widget", { kind: "repository", owner: "octo", repo: "widget", pr: null }],
  ["a pull request", " octo/widget#12 ", { kind: "repository", owner: "octo", repo: "widget", pr: 12 }],
  ["a path", "../../etc/passwd", null],
  ["pull request 0", "octo/widget#0", null],
  ["a wildcard", "run_%", null],
  ["nothing", " ", null],
])("%s is read", (_what, text, name) => expect(parseRunName(text)).toEqual(name));

const run = (id: string, state: State) => ({
  ...{ id, state, owner: "octo", repo: "widget" },
  request: { title: "Add a thing", body: "", author: null, issue: null },
});
const OPEN = run("run_ab1", "PUSHED");
const OVER = run("run_ab2", "DONE");
const AT_WORK = run("run_ab", "EXECUTING");
const REPOSITORY = { kind: "repository", owner: "octo", repo: "widget", pr: null } as const;

test.each([
  ["nothing fits", { kind: "id", start: "x" }, [], { kind: "none" }],
  ["one start fits", { kind: "id", start: "run_ab1" }, [OPEN], { kind: "found", run: OPEN }],
  [
    "an id in full goes first",
    { kind: "id", start: "run_ab" },
    [OPEN, AT_WORK],
    { kind: "found", run: AT_WORK },
  ],
  [
    "a start of several",
    { kind: "id", start: "run_a" },
    [OPEN, OVER],
    { kind: "several", runs: [OPEN, OVER] },
  ],
  ["the open run of a repository", REPOSITORY, [OVER, OPEN], { kind: "found", run: OPEN }],
  ["its only run, though it is over", REPOSITORY, [OVER], { kind: "found", run: OVER }],
  ["two open ones", REPOSITORY, [OPEN, OVER, AT_WORK], { kind: "several", runs: [OPEN, AT_WORK] }],
] as const)("%s", (_what, name, candidates, chosen) => expect(chooseRun(name, candidates)).toEqual(chosen));

test("several runs are told apart by what is known of them", () => {
  expect(severalInWords("octo/widget", [OPEN, AT_WORK])).toBe(
    "octo/widget fits several runs: run_ab1 (PUSHED, octo/widget: Add a thing); " +
      "run_ab (EXECUTING, octo/widget: Add a thing). Name one by more of its id.",
  );
});
