import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { AttemptSpec } from "../../src/core/packet.ts";
import type { Run } from "../../src/core/run.ts";
import { listAttempts } from "../../src/database/attempts.ts";
import { listJobs } from "../../src/database/job-queries.ts";
import { listNotices } from "../../src/database/notices.ts";
import { type Flow, raiseFlow } from "../support/flow.ts";
import {
  approve,
  ask,
  becomes,
  branches,
  cli,
  ours,
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

test("where a repository asks for it, a later push waits until a person has approved exactly that commit", async () => {
  await settle("approve_iterations: true\n");
  const talk = await untilOpened(flow);
  await talk.is("REVIEW_WAIT");
  await review(flow, talk.pr, "REQUEST_CHANGES");
  const first = await talk.is("PUSHED", isNotPushed);
  await becomes("where it is said", () => stickySays(talk, `The push to #${talk.pr} waits for approval.`));
  const fresh = first.changeSha ?? "";

  expect(await talk.say(`/agentpr approve ${fresh.slice(0, 12)}`)).toBe("confused");
  expect(await talk.say("/agentpr request-pr", "wren")).toBe("rocket");
  expect(await talk.say(`/agentpr approve ${fresh.slice(0, 12)}`, "wren")).toBe("confused");
  expect(await talk.say(`/agentpr approve ${first.publishedSha?.slice(0, 12)}`)).toBe("confused");
  expect(await talk.say('/agentpr reject reason="say less"')).toBe("rocket");
  const second = await talk.is("PUSHED", ({ changeSha }) => changeSha !== fresh);
  expect(JSON.stringify((await specOf(talk)).packet)).toContain("say less");
  expect(headOf(second)).toBe(first.publishedSha);

  await forgeConfirmation(talk);
  await becomes("the alarm", async () =>
    (await noticesOf(talk)).some((text) => text.includes("does not carry the app's signature")),
  );
  await quiet(flow);
  expect(headOf(second)).toBe(first.publishedSha);

  const given = { run: talk.id, title: "feat: another one" };
  expect(await cli(flow, "request_pr", given)).toMatchObject({
    text: `Not requested: pull request #${talk.pr} is open already; only the push is asked for.`,
  });
  // A new stay: what was set aside in the last one is looked at by a person sooner or later.
  await cli(flow, "request_pr", { run: talk.id });
  await cli(flow, "pause", { run: talk.id });
  await cli(flow, "resume", { run: talk.id });
  await approve(flow, talk);
  const pushed = await talk.is("REVIEW_WAIT");
  expect(pushed.publishedSha).toBe(second.changeSha);
  expect(headOf(pushed)).toBe(second.changeSha);
  expect(pushed.answered).toHaveLength(1);
  expect(await approvalsOf(talk)).toEqual(["used", "rejected", "void", "void", "used"]);
});

const isNotPushed = ({ changeSha, publishedSha }: Run) => changeSha !== publishedSha;

function headOf({ branch }: Run): string | undefined {
  return branches(flow)[branch];
}

async function stickySays({ issue }: Talk, words: string): Promise<boolean> {
  return (await ours(flow, issue, "sticky")).some(({ body }) => body.includes(words));
}

async function approvalsOf({ id }: Talk): Promise<string[]> {
  const rows = await flow.world.database.knex("approvals").where({ run_id: id }).orderBy("created_at");
  return rows.map(({ status }) => String(status));
}

/** As whoever can write into the database would; then the push is looked at again. */
async function forgeConfirmation(talk: Talk): Promise<void> {
  await cli(flow, "request_pr", { run: talk.id });
  const row = { status: "confirmed", confirmed_by: "@ada", mac: "00".repeat(32) };
  await flow.world.database.knex("approvals").where({ run_id: talk.id, status: "requested" }).update(row);
  await cli(flow, "pause", { run: talk.id });
  await cli(flow, "resume", { run: talk.id });
}

test("where a repository asks to be left alone nothing is begun, and a person is told why", async () => {
  await settle("skip: We take no contributions now.\n");

  const talk = await ask(flow);
  const run = await talk.is("NEEDS_HUMAN");

  expect(run.reason).toBe("the repository refuses: We take no contributions now.");
  expect(run.attempts).toBe(0);
  expect(await talk.story()).not.toContain("attempt.requested");
});
