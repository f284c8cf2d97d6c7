import { afterAll, afterEach, beforeAll, expect, jest, test } from "@jest/globals";
import type { Fault } from "../../demo/github/faults.ts";
import { type Flow, OWNER, REPO } from "../support/flow.ts";
import {
  begin,
  createRun,
  noticesOf,
  pushToFork,
  raiseFork,
  untilOpened,
  untilPushed,
} from "../support/flow-fork.ts";
import { approveByCode, openIssue, PATH, pulls, push, quiet, runsOn } from "../support/flow-talk.ts";

jest.setTimeout(60_000);
let flow: Flow;
beforeAll(async () => {
  flow = await raiseFork();
});
afterEach(() => flow.github.faults.clear());
afterAll(() => flow.stop());

const CREATION = { method: "POST", route: "/repos/{owner}/{repo}/pulls" } as const;

test.each([
  [403, "forbidden"],
  [404, "not_found"],
  [422, "invalid"],
] as const)(
  "a pull request refused with %s needs a person, who is told the kind; the branch stays",
  async (status, kind) => {
    const talk = await untilPushed(flow);
    flow.github.faults.add({ ...CREATION, kind: "refusal", status, message: "Not this way" });

    await approveByCode(flow, talk);

    const run = await talk.is("NEEDS_HUMAN");
    expect(run.reason).toMatch(new RegExp(`^${kind}: .*${status}.*Not this way`));
    expect(forkBranches()).toContain(run.branch);
    await quiet(flow);
    expect((await noticesOf(flow, talk)).at(-1)?.text).toContain(kind);
  },
);

test.each(["502-after-write", "close-after-write"] as const)(
  "%s: a pull request whose creation was answered by nobody is there once",
  async (kind) => {
    const talk = await untilPushed(flow);
    flow.github.faults.add({ ...CREATION, kind });

    await approveByCode(flow, talk);

    const run = await talk.is("REVIEW_WAIT");
    expect((await pulls(flow)).filter(({ head }) => head.ref === run.branch)).toHaveLength(1);
  },
);

test("a fork that is being made is waited for, and made once", async () => {
  const before = forks().length;
  const fork = forks()[0];
  if (fork) flow.github.store.repositories.delete(fork.id);
  const hidden: Fault = {
    method: "GET",
    route: "/repos/{owner}/{repo}/branches/{branch}",
    kind: "refusal",
    status: 404,
    message: "Not Found",
  };
  flow.github.faults.add(hidden);

  const talk = await untilPushed(flow);

  expect((await talk.run()).fork).toMatchObject({ owner: "olga", repo: REPO });
  expect(forks()).toHaveLength(Math.max(before, 1));
});

test("a fork that has fallen behind is brought up to date before it is pushed to", async () => {
  await untilPushed(flow);
  const sha = await push(flow, { branch: "main", files: { "moved.txt": "x\n" } });

  const talk = await untilPushed(flow);

  expect(forks()[0]?.refs.get("refs/heads/main")).toBe(sha);
  expect((await talk.run()).state).toBe("PUSHED");
});

test.each([409, 422] as const)(
  "a fork that GitHub will not bring up to date (%s) needs a person",
  async (status) => {
    const route = "/repos/{owner}/{repo}/merge-upstream";
    flow.github.faults.add({
      method: "POST",
      route,
      kind: "refusal",
      status,
      message: "There are merge conflicts",
    });

    const talk = await begin(flow);

    const { reason } = await talk.is("NEEDS_HUMAN");
    expect(reason).toMatch(
      /could not be brought up to date: invalid.*Sync its branch main with upstream by hand/,
    );
  },
);

test("an open pull request of ours about the same issue is reported, not doubled", async () => {
  const issue = await openIssue(flow);
  const talk = await untilPushed(flow, issue);
  const other = await offerByHand(`For #${issue}`);
  await approveByCode(flow, talk);

  expect((await talk.is("NEEDS_HUMAN")).reason).toMatch(
    new RegExp(`^duplicate: .*/pull/${other} of this account`),
  );
  const again = await createRun(flow, issue);
  expect(again).toMatchObject({ ok: false, text: expect.stringContaining("is about issue") });
  expect((await runsOn(flow, issue)).length).toBe(1);
});

test("a run on an issue that a pull request of ours is about is not begun", async () => {
  const issue = await openIssue(flow);
  await offerByHand(`Closes ${flow.github.url}/${OWNER}/${REPO}/issues/${issue}`);

  const refused = await createRun(flow, issue);

  expect(refused).toMatchObject({ ok: false, text: expect.stringContaining("is open and about issue") });
});

test("a pull request that somebody opened from the run's own branch is adopted", async () => {
  const talk = await untilPushed(flow);
  const { branch } = await talk.run();
  const body = { title: "By hand", head: `olga:${branch}`, base: "main" };
  const { number } = await flow.people.olga.post<{ number: number }>(`${PATH}/pulls`, body);

  await approveByCode(flow, talk);

  expect((await talk.is("REVIEW_WAIT")).prNumber).toBe(number);
});

test("a person's fork lets maintainers in", async () => {
  const { pr } = await untilOpened(flow);

  expect(await flow.people.ada.get(`${PATH}/pulls/${pr}`)).toMatchObject({ maintainer_can_modify: true });
});

function forks() {
  return [...flow.github.store.repositories.values()].filter(({ owner }) => owner === "olga");
}

function forkBranches(): string[] {
  return [...(forks()[0]?.refs.keys() ?? [])].map((ref) => ref.replace("refs/heads/", ""));
}

let count = 0;

/** A pull request that Olga opens by hand, from another branch of her fork. */
async function offerByHand(body: string): Promise<number> {
  count += 1;
  const branch = `by-hand-${count}`;
  await pushToFork(flow, { branch, files: { [`${branch}.txt`]: "x\n" } });
  const pull = { title: "By hand", body, head: `olga:${branch}`, base: "main" };
  return (await flow.people.olga.post<{ number: number }>(`${PATH}/pulls`, pull)).number;
}
