import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { type Flow, OWNER, REPO } from "../support/flow.ts";
import { isAfterPolling, poll, raiseFork, untilOpened } from "../support/flow-fork.ts";
import { branches, comments, merge, PATH, pulls, quiet, review, setStatus } from "../support/flow-talk.ts";

jest.setTimeout(60_000);
let flow: Flow;
beforeAll(async () => {
  flow = await raiseFork({ requiredChecks: ["ci"] });
});
afterAll(() => flow.stop());

test("from somebody else's issue to a merged pull request, with a red check and a reviewer's wish found by polling", async () => {
  const talk = await untilOpened(flow);
  const first = await talk.is("CI_WAIT");
  expect(first).toMatchObject({ mode: "fork", installationId: null });
  expect(first.fork).toMatchObject({ owner: "olga", repo: REPO, ownedBy: "person" });

  await setStatus(flow, first.publishedSha ?? "", "failure");
  await poll(flow);
  const fixed = await talk.is("CI_WAIT", ({ iterations }) => iterations === 1);
  expect(await head(talk.pr)).toBe(fixed.publishedSha);
  await setStatus(flow, fixed.publishedSha ?? "", "success");
  await isAfterPolling(flow, talk, "REVIEW_WAIT");
  await review(flow, talk.pr, "REQUEST_CHANGES");
  await poll(flow);
  const answered = await talk.is("CI_WAIT", ({ iterations }) => iterations === 2);
  await setStatus(flow, answered.publishedSha ?? "", "success");
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

test("upstream there was the pull request and nothing else of ours: no branch, no check run", async () => {
  expect(Object.keys(branches(flow))).toEqual(["main"]);
  expect(flow.github.store.checkRuns.size).toBe(0);
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
