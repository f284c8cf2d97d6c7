import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { type Flow, OWNER, REPO } from "../support/flow.ts";
import { isAfterPolling, noticesOf, poll, raiseFork, untilOpened } from "../support/flow-fork.ts";
import {
  approveByCode,
  becomes,
  branches,
  comments,
  merge,
  PATH,
  pulls,
  push,
  quiet,
  setStatus,
  type Talk,
} from "../support/flow-talk.ts";

jest.setTimeout(60_000);
const WORKFLOW = `name: Tests
on: pull_request
jobs:
  unit:
    runs-on: ubuntu-latest
    steps:
      - run: "true"
`;

let flow: Flow;
let talk: Talk & { pr: number };
beforeAll(async () => {
  const files = { ".github/workflows/tests.yml": WORKFLOW };
  flow = await raiseFork({ requiredChecks: ["ci"], hasCi: true, files });
});
afterAll(() => flow.stop());

/** A maintainer lets the workflows of a first contribution run, as they must for every new head. */
async function letRun(sha: string | null): Promise<void> {
  const run = await becomes("a held workflow", async () =>
    [...flow.github.store.workflowRuns.values()].find(({ headSha }) => headSha === sha),
  );
  await flow.people.ada.post(`${PATH}/actions/runs/${run.id}/approve`, {});
  await becomes("its end", async () => run.conclusion === "success");
}

test("workflows that a maintainer must let run keep the run waiting; it says so, and the operator is told", async () => {
  talk = await untilOpened(flow);
  const { publishedSha } = await talk.is("CI_WAIT");
  await poll(flow);

  const held = await talk.is("CI_WAIT", ({ reason }) => reason !== null);
  expect(held.reason).toBe("a maintainer must let the workflows run: Tests");
  expect((await noticesOf(flow, talk)).at(-1)).toMatchObject({
    priority: "high",
    text: expect.stringMatching(/waits: a maintainer must let its workflows run at http.*: Tests\./),
  });
  await poll(flow);
  expect(await talk.run()).toMatchObject({ state: "CI_WAIT", iterations: 0, attempts: 1 });

  await letRun(publishedSha);
  await poll(flow);
  expect(await talk.run()).toMatchObject({ state: "CI_WAIT", reason: null });
});

test("from somebody else's issue to a merged pull request: a red check, and a reviewer's wish whose fix waits for the operator", async () => {
  const first = await talk.run();
  expect(first).toMatchObject({ mode: "fork", installationId: null });
  expect(first.fork).toMatchObject({ owner: "olga", repo: REPO, ownedBy: "person" });

  await setStatus(flow, first.publishedSha ?? "", "failure");
  await poll(flow);
  const fixed = await talk.is("CI_WAIT", ({ iterations }) => iterations === 1);
  expect(await head(talk.pr)).toBe(fixed.publishedSha);
  await setStatus(flow, fixed.publishedSha ?? "", "success");
  await letRun(fixed.publishedSha);
  await isAfterPolling(flow, talk, "REVIEW_WAIT");
  await push(flow, { branch: "main", files: { ".github/agentpr.yml": "approve_iterations: true\n" } });
  await flow.people.grace.post(`${PATH}/pulls/${talk.pr}/reviews`, {
    event: "REQUEST_CHANGES",
    body: "Say it louder, please.",
    comments: [{ path: "greeting.txt", line: 1, body: "Shout this one." }],
  });
  await poll(flow);
  await talk.is("PUSHED");
  await quiet(flow);
  expect(await head(talk.pr)).toBe(fixed.publishedSha);
  expect((await noticesOf(flow, talk)).at(-1)?.text).toContain(
    `whose push to #${talk.pr} waits for approval`,
  );
  await approveByCode(flow, talk);
  const answered = await talk.is("CI_WAIT", ({ iterations }) => iterations === 2);
  await setStatus(flow, answered.publishedSha ?? "", "success");
  await letRun(answered.publishedSha);
  await isAfterPolling(flow, talk, "REVIEW_WAIT");
  await merge(flow, talk.pr);

  const done = await isAfterPolling(flow, talk, "DONE");
  expect(done).toMatchObject({ attempts: 3, prOpen: false });
  expect(await pulls(flow)).toHaveLength(1);
  expect(await comments(flow, talk.issue)).toEqual([]);
  expect(await comments(flow, talk.pr)).toEqual([]);
});

async function head(pr: number): Promise<string> {
  return (await flow.people.ada.get<{ head: { sha: string } }>(`${PATH}/pulls/${pr}`)).head.sha;
}

test("the reviewer was answered in the conversation, once, by the operator's account, with the commit", async () => {
  const all = [...flow.github.store.reviewComments.values()].filter(({ number }) => number === talk.pr);
  const asked = all.find(({ body }) => body === "Shout this one.");
  const replies = all.filter(({ inReplyTo }) => inReplyTo === asked?.id);

  expect(replies).toMatchObject([{ author: "olga", body: expect.stringContaining("Done in") }]);
  expect(replies[0]?.body).toContain((await talk.run()).publishedSha ?? "no commit");
});

test("upstream there was the pull request and nothing else of ours: no branch, no check run", async () => {
  expect(Object.keys(branches(flow))).toEqual(["main"]);
  const checks = [...flow.github.store.checkRuns.values()].map(({ name }) => name);
  expect(new Set(checks)).toEqual(new Set(["unit"]));
  const [pull] = await flow.people.ada.get<Record<string, unknown>[]>(`${PATH}/pulls?state=all`);
  expect(pull).toMatchObject({
    user: { login: "olga" },
    head: { repo: { full_name: `olga/${REPO}` } },
    base: { repo: { full_name: `${OWNER}/${REPO}` } },
  });
});

test("the operator was told what to do, in notices", async () => {
  await quiet(flow);
  const rows = await flow.world.database.knex("notices").orderBy("id");
  const texts = rows.map(({ text }) => String(text));

  expect(texts.some((text) => text.includes("agentpr request-open-pr"))).toBe(true);
  expect(texts.at(-1)).toContain("is done");
});

test("the token went to GitHub only, and into nothing that is kept", async () => {
  const token = flow.tokens.olga;
  const { knex } = flow.world.database;
  for (const table of ["runs", "journal", "jobs", "attempts", "changes", "approvals", "notices", "polls"]) {
    const rows = await knex(table).select("*");
    expect(JSON.stringify(rows)).not.toContain(token);
  }
});
