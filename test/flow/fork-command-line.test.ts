import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { loadAppKey } from "../../src/config/app-key.ts";
import { type ManagerOrder, runManager } from "../../src/main/run-manager.ts";
import { type Flow, OWNER, REPO, worldOf } from "../support/flow.ts";
import { begin, poll, raiseFork, untilOpened } from "../support/flow-fork.ts";
import { isPublished, merge, openIssue, runsOn, setStatus, talkOf } from "../support/flow-talk.ts";
import { testCli } from "../support/run-cli.ts";

jest.setTimeout(90_000);
const cli = testCli();
let flow: Flow;
beforeAll(async () => {
  flow = await raiseFork({ requiredChecks: ["ci"] });
});
afterAll(() => flow.stop());

function run(args: readonly string[], more: Record<string, string> = {}) {
  const { settings, github, tokens } = flow;
  return cli.run(args, {
    AGENTPR_DATA_DIR: settings.dataDir,
    AGENTPR_DATABASE_URL: settings.databaseUrl,
    AGENTPR_POLICY_FILE: settings.policyFile,
    AGENTPR_GITHUB_API_URL: github.apiUrl,
    AGENTPR_GITHUB_URL: github.url,
    AGENTPR_GITHUB_TOKEN: tokens.olga,
    ...more,
  });
}

test("create-run begins a run where the app is not installed", async () => {
  const issue = await openIssue(flow);

  const { exitCode, stdout } = await run(["create-run", `${OWNER}/${REPO}`, "--issue", String(issue)]);

  expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
  expect(await runsOn(flow, issue)).toMatchObject([{ mode: "fork", installationId: null }]);
});

test("create-run without any credential says which are missing", async () => {
  const { exitCode, stderr } = await run(["create-run", `${OWNER}/${REPO}`, "--task", "x"], {
    AGENTPR_GITHUB_TOKEN: "",
  });

  expect(exitCode).toBe(4);
  expect(stderr).toContain("AGENTPR_GITHUB_TOKEN");
});

test("sync-github tells runs what GitHub says, or only says what it would tell them", async () => {
  const talk = await untilOpened(flow);
  const { publishedSha } = await talk.is("CI_WAIT");
  await poll(flow);
  await setStatus(flow, publishedSha ?? "", "success");

  const dry = await run(["sync-github", "--json", "--dry-run", "--run-id", talk.id]);
  const report = JSON.parse(dry.stdout);
  expect(report).toMatchObject({ ok: true, dry_run: true, scanned: 1, synced: 1, failures: [] });
  expect(report.results).toMatchObject([
    { run_id: talk.id, state_before: "CI_WAIT", state: "CI_WAIT", facts: ["checks.passed"] },
  ]);

  const done = await run(["sync-github", "--json"]);
  expect(JSON.parse(done.stdout)).toMatchObject({
    ok: true,
    dry_run: false,
    results: expect.arrayContaining([
      expect.objectContaining({ run_id: talk.id, state_before: "CI_WAIT", state: "REVIEW_WAIT" }),
    ]),
  });
});

test("in a loop it looks again until it has looked so often", async () => {
  const talk = await untilOpened(flow);
  const { publishedSha } = await talk.is("CI_WAIT");
  await setStatus(flow, publishedSha ?? "", "success");
  await merge(flow, talk.pr);

  const args = ["sync-github", "--json", "--loop", "--interval-sec", "1", "--max-loops", "2"];
  const { exitCode, stdout } = await run(args);

  expect(exitCode).toBe(0);
  expect(stdout.trim().split("\n")).toHaveLength(2);
  await talk.is("DONE");
});

test("without any app, two loops at once carry a run until it waits for a person, and do nothing twice", async () => {
  const { settings } = flow;
  const issue = await openIssue(flow);
  const stopping = new AbortController();
  const order: ManagerOrder = {
    ...{ runId: null, limit: 200, maxActions: 8, dryRun: false, signal: stopping.signal },
    ...{ promptVersion: null, policy: {}, loops: 0, intervalMs: 1_000, onTick: () => undefined },
  };
  await flow.replaceApp(async () => {
    const world = await worldOf(settings, loadAppKey(settings.dataDir));
    const loops = [runManager(settings, order), runManager(settings, order)];
    try {
      const talk = await begin({ ...flow, world }, issue);
      await talk.is("PUSHED", isPublished);
    } finally {
      stopping.abort();
      await Promise.all(loops);
      await world.close();
    }
  });
  const [pushed] = await runsOn(flow, issue);
  expect(pushed).toMatchObject({ state: "PUSHED", attempts: 1 });
  const story = await talkOf(flow, pushed?.id ?? "", issue).story();
  for (const once of [
    "run.started",
    "attempt.requested",
    "attempt.finished",
    "change.ready",
    "branch.published",
  ])
    expect(story.filter((type) => type === once)).toEqual([once]);
});

test("an interval that is none is refused as wrong usage", async () => {
  expect(await run(["sync-github", "--loop", "--interval-sec", "soon"])).toMatchObject({ exitCode: 2 });
});

test.each([
  [
    "a classic token",
    ["public_repo"],
    "ok",
    /^@nora \(AGENTPR_GITHUB_TOKEN\), forks of nora, scopes public_repo$/,
  ],
  ["a classic token that may do nothing", ["read:user"], "failure", /only read:user/],
  ["a fine-grained token", "fine-grained", "warning", /not a classic one/],
] as const)("doctor knows %s", async (_title, scopes, verdict, why) => {
  const { token } = flow.github.addUser("nora", { scopes });

  const { stdout } = await run(["doctor", "--json", "--profile", "app"], { AGENTPR_GITHUB_TOKEN: token });

  const { checks } = JSON.parse(stdout) as { checks: { name: string; verdict: string; why: string }[] };
  const found = checks.find(({ name }) => name === "fork mode");
  expect(found).toMatchObject({ verdict, why: expect.stringMatching(why) });
  expect(stdout).not.toContain(token);
});

test("doctor knows a token that GitHub does not accept", async () => {
  const { stdout } = await run(["doctor", "--json", "--profile", "app"], {
    AGENTPR_GITHUB_TOKEN: "ghp_wrong",
  });

  expect(stdout).toContain("GitHub does not accept the token from AGENTPR_GITHUB_TOKEN");
});
