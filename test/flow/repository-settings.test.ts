import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { AttemptSpec } from "../../src/core/packet.ts";
import { listAttempts } from "../../src/database/attempts.ts";
import { listJobs } from "../../src/database/job-queries.ts";
import { listNotices } from "../../src/database/notices.ts";
import { type Flow, raiseFlow } from "../support/flow.ts";
import {
  ask,
  becomes,
  PATH,
  push,
  quiet,
  review,
  setStatus,
  type Talk,
  untilOpened,
} from "../support/flow-talk.ts";

jest.setTimeout(60_000);
const FILE = ".github/agentpr.yml";
let flow: Flow;
beforeAll(async () => {
  flow = await raiseFlow({ policy: { max_retryable_attempts: 5 } });
});
afterAll(() => flow.stop());

async function settle(text: string): Promise<void> {
  await push(flow, { branch: "main", files: { [FILE]: text } });
}

async function specOf(talk: Talk): Promise<AttemptSpec> {
  const jobs = await listJobs(flow.world.database.knex, { run_id: talk.id, kind: "attempt" });
  return AttemptSpec.parse(jobs.at(-1)?.payload);
}

async function noticesOf(talk: Talk): Promise<string[]> {
  return (await listNotices(flow.world.database.knex, talk.id)).map(({ text }) => text);
}

test("what a repository asks for holds where it is stricter, and what is looser is refused and told", async () => {
  await settle(
    [
      "max_changed_files: 60",
      "max_iterations: 1",
      "max_retryable_attempts: 1",
      'protected_paths: ["*.txt"]',
      "test_commands: [make test]",
      "",
    ].join("\n"),
  );

  const talk = await ask(flow);
  await talk.is("NEEDS_HUMAN");

  const { policy, repository } = await specOf(talk);
  expect(policy).toMatchObject({ max_changed_files: 6, max_iterations: 1, max_retryable_attempts: 1 });
  expect(policy.protected_paths).toEqual(expect.arrayContaining(["*.txt", ".github/**"]));
  expect(repository.testCommands).toEqual(["make test"]);
  const [attempt] = await listAttempts(flow.world.database.knex, talk.id);
  expect(attempt?.report?.evidence.violations).toMatchObject([
    { rule: "protected_path", path: "greeting.txt" },
  ]);
  expect(await noticesOf(talk)).toEqual([
    "tidy/greeter: .github/agentpr.yml is not followed in all: max_changed_files: at most 6 holds here.",
  ]);
});

test("a file that cannot be read stops nothing, and is told", async () => {
  await settle("max_changed_files: [\n");

  const talk = await ask(flow);
  await talk.is("PUSHED");

  expect((await specOf(talk)).policy.max_changed_files).toBe(6);
  expect(await noticesOf(talk)).toEqual([expect.stringContaining("it is not YAML")]);
});

test("its wishes also hold where a pull request is requested", async () => {
  await settle("draft_pr: true\n");

  const talk = await ask(flow);
  await talk.is("PUSHED");
  await talk.say("/agentpr request-pr");

  const approval = await flow.world.database.knex("approvals").where({ run_id: talk.id }).first();
  expect(Boolean(approval.draft)).toBe(true);
});

test("a draft by policy is made ready once when its checks are done; a person's own change of mind stays", async () => {
  await settle("draft_pr: true\n");
  const talk = await untilOpened(flow);
  expect(await draftNow(talk.pr)).toBe(true);
  const sha = (await talk.is("CI_WAIT")).publishedSha ?? "";

  await setStatus(flow, sha, "success");
  await talk.is("REVIEW_WAIT");
  await becomes("a pull request that is ready", async () => !(await draftNow(talk.pr)));
  await becomes("the note", async () => (await talk.story()).includes("pr.readied"));

  await mark(talk.pr, "convertPullRequestToDraft");
  await setStatus(flow, sha, "success");
  await quiet(flow);
  expect(await draftNow(talk.pr)).toBe(true);

  await mark(talk.pr, "markPullRequestReadyForReview");
  await quiet(flow);
  expect((await talk.run()).state).toBe("REVIEW_WAIT");
  expect((await talk.story()).filter((type) => type === "pr.readied")).toHaveLength(1);
  await review(flow, talk.pr, "REQUEST_CHANGES");
  await talk.is("CI_WAIT", ({ iterations }) => iterations === 1);
});

type Shown = { draft: boolean; node_id: string };

async function draftNow(pr: number): Promise<boolean> {
  return (await flow.people.ada.get<Shown>(`${PATH}/pulls/${pr}`)).draft;
}

/** What the buttons on the pull request's page do. */
async function mark(
  pr: number,
  name: "convertPullRequestToDraft" | "markPullRequestReadyForReview",
): Promise<void> {
  const { node_id: pullRequestId } = await flow.people.ada.get<Shown>(`${PATH}/pulls/${pr}`);
  const query = `mutation($pullRequestId:ID!){${name}(input:{pullRequestId:$pullRequestId}){pullRequest{isDraft}}}`;
  await flow.people.ada.post("/../graphql", { query, variables: { pullRequestId } });
}

test("where a repository asks to be left alone nothing is begun, and a person is told why", async () => {
  await settle("skip: We take no contributions now.\n");

  const talk = await ask(flow);
  const run = await talk.is("NEEDS_HUMAN");

  expect(run.reason).toBe("the repository refuses: We take no contributions now.");
  expect(run.attempts).toBe(0);
  expect(await talk.story()).not.toContain("attempt.requested");
});
