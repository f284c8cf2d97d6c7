import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import type { CheckFact } from "../../../src/core/checks.ts";
import { until, valueAt } from "../../support/openapi-local-github.ts";
import { type Installed, installed } from "./installed.ts";

jest.setTimeout(60_000);

let at: Installed;
let failing: string;
let number: number;

const WORKFLOW = `name: CI
on: pull_request
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: |
          echo "collecting"
          echo "::error file=a.txt,line=1::a is not b"
          printf '\\033[31mFAILED\\033[0m test_a\\n'
          test "$(cat a.txt)" = good
`;

beforeAll(async () => {
  at = await installed(
    {},
    { requiredChecks: ["test", "lint"], files: { ".github/workflows/ci.yml": WORKFLOW } },
  );
  failing = await at.push("topic", { "a.txt": "bad\n" });
  const opened = await at.owner("POST /repos/octo/hello/pulls", { title: "T", head: "topic", base: "main" });
  number = Number(valueAt(opened.body, "number"));
});

afterAll(async () => {
  await at.hub.stop();
  expect(at.hub.problems).toEqual([]);
});

async function settled(sha: string): Promise<CheckFact[]> {
  return until(async () => {
    const { checks } = await at.port.readChecks(at.target, sha, "main");
    return checks.length > 0 && checks.every((check) => check.state !== "pending") && checks;
  }, "the checks");
}

test("a failed workflow is a failed check, required names are known, and its log's end explains it", async () => {
  const checks = await settled(failing);
  const { required, expected } = await at.port.readChecks(at.target, failing, "main");
  const [failure, ...others] = await at.port.explainFailures(at.target, checks);

  expect(number).toBeGreaterThan(0);
  expect(checks).toMatchObject([{ source: "check_run", name: "test", state: "failed" }]);
  expect({ required, expected }).toEqual({ required: ["test", "lint"], expected: false });
  expect(others).toEqual([]);
  expect(failure).toMatchObject({
    name: "test",
    url: expect.stringMatching(/\/actions\/runs\/\d+\/job\/\d+$/),
  });
  expect(failure?.summary).toContain("End of its log:");
  expect(failure?.summary).toContain("FAILED test_a");
  expect(failure?.summary).not.toContain("\u001b");
  expect(failure?.annotations.join("\n")).toContain("a.txt:1");
});

test("statuses and other apps' checks count, our own do not", async () => {
  const sha = await at.push("quiet", { "b.txt": "b\n" });
  await at.owner(`POST /repos/octo/hello/statuses/${sha}`, {
    state: "failure",
    context: "lint",
    description: "2 errors",
  });
  const shown = { name: "agentpr", sha, key: sha, title: "t", summary: "s", actions: [], annotations: [] };
  await at.port.putCheckRun(
    at.target,
    { ...shown, status: "completed", conclusion: "failure" },
    { knownId: null },
  );

  const { checks, expected } = await at.port.readChecks(at.target, sha, "main");

  expect(checks).toMatchObject([{ source: "status", name: "lint", state: "failed", summary: "2 errors" }]);
  expect(expected).toBe(false);
  expect(await at.port.explainFailures(at.target, checks)).toEqual([
    { name: "lint", url: null, summary: "2 errors", annotations: [] },
  ]);
});

test("where nothing has begun, workflows that pull requests start are expected", async () => {
  const sha = await at.push("silent", { "c.txt": "c\n" });

  expect(await at.port.readChecks(at.target, sha, "main")).toEqual({
    sha,
    checks: [],
    required: ["test", "lint"],
    expected: true,
  });
});

test("a stranger's workflow that waits for a maintainer is held", async () => {
  const { token } = at.hub.github.addUser("stranger");
  const stranger = at.hub.as(token);
  await stranger("POST /repos/octo/hello/forks", {});
  const fork = [...at.hub.github.store.repositories.values()].find((row) => row.owner === "stranger");
  const head = fork?.refs.get("refs/heads/topic") ?? "";
  await stranger("POST /repos/octo/hello/pulls", { title: "Mine", head: "stranger:silent", base: "main" });

  const facts = await until(async () => {
    const sha = fork?.refs.get("refs/heads/silent") ?? head;
    const found = await at.port.readChecks(at.target, sha, "main");
    return found.checks.some((check) => check.source === "workflow_run") && found;
  }, "the held run");

  expect(facts.checks).toMatchObject([{ source: "workflow_run", name: "CI", state: "held" }]);
});

test("reading checks costs three requests once the branch's rules are known", async () => {
  const before = at.hub.github.calls().length;

  await at.port.readChecks(at.target, failing, "main");

  expect(at.hub.github.calls().length - before).toBe(3);
});

test("what failed is run again where the operator has granted it, and nowhere else", async () => {
  const checks = (await settled(failing)).filter(({ state }) => state === "failed");
  const runs = [...at.hub.github.store.workflowRuns.values()].filter(({ headSha }) => headSha === failing);
  const readOnly = { actions: "read", checks: "write", contents: "write", statuses: "read" } as const;
  at.hub.github.install("octo", { permissions: readOnly });

  expect(await at.port.rerunFailed(at.target, checks)).toBe(false);
  expect(runs[0]?.attempt).toBe(1);

  at.hub.github.install("octo", { permissions: { ...readOnly, actions: "write" } });
  expect(await at.port.rerunFailed(at.target, checks)).toBe(true);
  await until(() => runs[0]?.attempt === 2 && runs[0].status === "completed", "the second attempt");
  expect(await at.port.rerunFailed(at.target, checks)).toBe(false);
  expect(runs[0]?.attempt).toBe(2);
});

test("results of other heads and earlier runs are told: what fails on the base, what passed before", async () => {
  const sha = await at.push("main", { "d.txt": "d\n" });
  const say = (context: string, state: string) =>
    at.owner(`POST /repos/octo/hello/statuses/${sha}`, { state, context });
  await say("lint", "success");
  await say("lint", "failure");
  await say("docs", "success");

  expect(await at.port.failingOn(at.target, "main")).toEqual(["lint"]);
  expect(await at.port.failingOn(at.target, "no-such-branch")).toEqual([]);
  expect(await at.port.passedOn(at.target, sha, ["lint", "unit"])).toEqual(["lint"]);
});

/** A workflow whose one job is called as others' are. */
function workflow(on: string, step: string): string {
  return `on: ${on}\njobs: { build: { runs-on: ubuntu-latest, steps: [{ run: "${step}" }] } }\n`;
}

test("two workflows may call a job the same: neither result hides the other", async () => {
  const on = "{ push: { branches: [twins] } }";
  const sha = await at.push("twins", {
    ".github/workflows/a.yml": workflow(on, "exit 1"),
    ".github/workflows/b.yml": workflow(on, "exit 0"),
  });
  await ended(sha, 2);

  const { checks } = await at.port.readChecks(at.target, sha, "main");

  expect(checks.map(({ name, state }) => `${name} ${state}`).sort()).toEqual([
    "build failed",
    "build passed",
  ]);
  // The other's green is no sign that this one went both ways.
  expect(await at.port.passedOn(at.target, sha, ["build"])).toEqual([]);
});

test("a workflow that began anew on the same head replaces what it said before", async () => {
  const on = "{ pull_request: { types: [opened, reopened], branches: [main] } }";
  const sha = await at.push("anew", {
    ".github/workflows/a.yml": workflow(on, "exit 1"),
    ".github/workflows/b.yml": workflow("{ push: { branches: [never] } }", "exit 0"),
    ".github/workflows/ci.yml": workflow("{ push: { branches: [never] } }", "exit 0"),
  });
  const { body } = await at.owner("POST /repos/octo/hello/pulls", { title: "T", head: "anew", base: "main" });
  const pull = `PATCH /repos/octo/hello/pulls/${Number(valueAt(body, "number"))}`;
  await ended(sha, 1);
  await at.owner(pull, { state: "closed" });
  await at.owner(pull, { state: "open" });
  await ended(sha, 2);

  const { checks } = await at.port.readChecks(at.target, sha, "main");

  expect(checks).toMatchObject([{ name: "build", state: "failed" }]);
});

/** Waits until so many workflow runs of a head are over. */
function ended(sha: string, count: number): Promise<boolean> {
  const { workflowRuns } = at.hub.github.store;
  return until(() => {
    const over = [...workflowRuns.values()].filter(
      (run) => run.headSha === sha && run.status === "completed",
    );
    return over.length === count;
  }, `the end of ${count} workflow runs`);
}

test("a suite without any run, as every installed app has one on every push, is nothing to wait for", async () => {
  const sha = await at.push("empty", { "e.txt": "e\n" });
  const { store } = at.hub.github;
  const suite = [...store.checkSuites.values()][0];
  if (suite !== undefined)
    store.checkSuites.set(999_999, { ...suite, id: 999_999, appId: 4_711, headSha: sha });

  expect((await at.port.readChecks(at.target, sha, "main")).checks).toEqual([]);
});
