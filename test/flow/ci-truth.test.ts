import { afterAll, afterEach, beforeAll, expect, jest, test } from "@jest/globals";
import { listNotices } from "../../src/database/notices.ts";
import { type Flow, greet, raiseFlow } from "../support/flow.ts";
import { becomes, branches, ours, PATH, quiet, setStatus, untilOpened } from "../support/flow-talk.ts";

jest.setTimeout(60_000);
/** Fails the first time where the change asks for it. */
const FLAKY = `name: Net
on: pull_request
jobs:
  net:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: |
          if [ -f flaky.txt ] && [ "$GITHUB_RUN_ATTEMPT" = 1 ]; then echo "read ECONNRESET"; exit 1; fi
`;

let flow: Flow;
beforeAll(async () => {
  const files = { ".github/workflows/net.yml": FLAKY };
  flow = await raiseFlow({ requiredChecks: ["ci"], policy: { max_ci_fixes: 1 }, hasCi: true, files });
});
afterEach(() => {
  flow.plan.now = greet;
});
afterAll(() => flow.stop());

async function told(id: string): Promise<string[]> {
  return (await listNotices(flow.world.database.knex, id)).map(({ text }) => text);
}

function ownChecks(sha: string) {
  const { app, store } = flow.github;
  return [...store.checkRuns.values()].filter(({ headSha, appId }) => headSha === sha && appId === app.id);
}

function status(sha: string, context: string, state: "success" | "failure", description: string = state) {
  return flow.people.ada.post(`${PATH}/statuses/${sha}`, { state, context, description });
}

test("a check that went both ways on one commit is named with its evidence and waited for, not mended", async () => {
  const talk = await untilOpened(flow);
  const sha = (await talk.is("CI_WAIT")).publishedSha ?? "";
  await status(sha, "e2e", "success");
  await status(sha, "ci", "success");
  await status(sha, "e2e", "failure");
  await becomes("the suspicion", async () => (await talk.story()).includes("checks.flaky"));
  await quiet(flow);

  expect(await talk.run()).toMatchObject({ iterations: 0, publishedSha: sha });
  expect(await told(talk.id)).toEqual([expect.stringContaining("e2e looks flaky: it also passed")]);

  await status(sha, "e2e", "success");
  expect(await talk.is("REVIEW_WAIT")).toMatchObject({ iterations: 0 });
});

test("a log that hints at the network is named, and mended all the same where nobody may run it again", async () => {
  const talk = await untilOpened(flow);
  const sha = (await talk.is("CI_WAIT")).publishedSha ?? "";

  await status(sha, "ci", "failure", "ECONNRESET while fetching");

  await talk.is("CI_WAIT", ({ iterations }) => iterations === 1);
  expect(await talk.story()).toEqual(expect.arrayContaining(["checks.flaky", "checks.failed"]));
  expect(await told(talk.id)).toEqual([expect.stringContaining("it says “ECONNRESET while fetching”")]);
});

test("after the fixes that one cause may have, a person is asked", async () => {
  const talk = await untilOpened(flow);
  const first = (await talk.is("CI_WAIT")).publishedSha ?? "";
  await setStatus(flow, first, "failure");
  const second = (await talk.is("CI_WAIT", ({ iterations }) => iterations === 1)).publishedSha ?? "";

  await setStatus(flow, second, "failure");

  const stuck = await talk.is("NEEDS_HUMAN");
  expect(stuck.reason).toBe("checks failed again after 1 fixes");
  expect(stuck.publishedSha).toBe(second);
});

test("an iteration shows in a check run of its own on the old head, which ends when the new head is there", async () => {
  const talk = await untilOpened(flow);
  const sha = (await talk.is("CI_WAIT")).publishedSha ?? "";
  const onHead = () => ownChecks(sha);
  await becomes("the open one", async () => onHead()[0]?.conclusion === "success");
  flow.plan.now = (spec) => ({
    ...greet(spec),
    until: async () =>
      void (await becomes("the progress", async () =>
        onHead().some(({ status }) => status === "in_progress"),
      )),
  });

  await setStatus(flow, sha, "failure");
  await talk.is("CI_WAIT", ({ iterations }) => iterations === 1);
  await becomes("its end", async () => onHead().every(({ status }) => status === "completed"));

  expect(onHead().map(({ conclusion }) => conclusion)).toEqual(["success", "neutral"]);
  expect(onHead()[1]?.output).toMatchObject({ title: "This iteration is over" });
});

test("what fails on the base branch as well is reported as such, and no attempt is made to mend it", async () => {
  const talk = await untilOpened(flow);
  const { publishedSha, attempts } = await talk.is("CI_WAIT");
  await status(branches(flow).main ?? "", "ci", "failure");

  await setStatus(flow, publishedSha ?? "", "failure");

  const waiting = await talk.is("REVIEW_WAIT");
  expect(waiting).toMatchObject({ attempts, iterations: 0, reason: "fails on the base branch as well: ci" });
  expect(await told(talk.id)).toEqual([expect.stringContaining("ci: fails on main as well")]);
  await becomes("the comment", async () =>
    (await ours(flow, talk.issue, "sticky")).some(({ body }) =>
      body.includes("fails on the base branch as well"),
    ),
  );
});

test("a suspected flake of a workflow is run again by the app where the operator has granted that, and nothing is mended", async () => {
  flow.plan.now = () => ({ files: { "flaky.txt": "yes\n" } });
  const talk = await untilOpened(flow);
  const { publishedSha } = await talk.is("CI_WAIT");

  await setStatus(flow, publishedSha ?? "", "success");

  expect(await talk.is("REVIEW_WAIT")).toMatchObject({ iterations: 0, attempts: 1, publishedSha });
  const runs = [...flow.github.store.workflowRuns.values()];
  expect(runs.find(({ headSha }) => headSha === publishedSha)).toMatchObject({ attempt: 2 });
  expect(await told(talk.id)).toEqual([
    expect.stringMatching(
      /net looks flaky: it says “.*ECONNRESET.*”; run it again at http.* It is being run again\./,
    ),
  ]);
});
