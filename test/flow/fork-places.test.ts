import { afterEach, expect, jest, test } from "@jest/globals";
import { type Flow, type FlowOptions, REPO } from "../support/flow.ts";
import { begin, poll, pushToFork, raiseFork, untilOpened } from "../support/flow-fork.ts";
import { approveByCode, cli, PATH, push, quiet } from "../support/flow-talk.ts";

jest.setTimeout(60_000);
const raised: Flow[] = [];
afterEach(() => Promise.all(raised.splice(0).map((flow) => flow.stop())));

async function raise(options: FlowOptions = {}): Promise<Flow> {
  const flow = await raiseFork(options);
  raised.push(flow);
  return flow;
}

async function forkByHand(flow: Flow): Promise<void> {
  await flow.people.olga.post(`${PATH}/forks`, {});
}

function ownedBy({ github }: Flow, owner: string) {
  return [...github.store.repositories.values()].filter((repository) => repository.owner === owner);
}

test("a fork that is there is used", async () => {
  const flow = await raise();
  await forkByHand(flow);

  const talk = await untilOpened(flow);

  const [fork, ...others] = ownedBy(flow, "olga");
  expect(others).toEqual([]);
  expect((await talk.run()).fork?.repositoryId).toBe(fork?.id);
  const asked = flow.exchanges.filter(({ template }) => template === "/repos/{owner}/{repo}/forks");
  expect(asked).toHaveLength(1); // Olga's own
});

test("a repository of that name that is no fork of it needs a person, and is left alone", async () => {
  const flow = await raise();
  await flow.github.addRepository({ owner: "olga", name: REPO });

  const talk = await begin(flow);

  expect((await talk.is("NEEDS_HUMAN")).reason).toBe(
    `olga/${REPO} exists and is not a fork of tidy/${REPO}. Rename it, or set AGENTPR_FORK_OWNER to another account or organisation, then retry`,
  );
  expect(ownedBy(flow, "olga")).toHaveLength(1);
});

test("a fork whose branch went its own way needs a person, and nothing is merged into it", async () => {
  const flow = await raise();
  await forkByHand(flow);
  const theirs = await pushToFork(flow, { branch: "main", files: { "own.txt": "own\n" } });
  await push(flow, { branch: "main", files: { "upstream.txt": "x\n" } });

  const talk = await begin(flow);

  expect((await talk.is("NEEDS_HUMAN")).reason).toMatch(
    /has commits of its own.*Reset that branch to upstream's/,
  );
  expect(ownedBy(flow, "olga")[0]?.refs.get("refs/heads/main")).toBe(theirs);
  expect(flow.exchanges.some(({ template }) => template?.endsWith("/merge-upstream"))).toBe(false);
});

test("another fork under the same name is not pushed to by a run that has used the first", async () => {
  const flow = await raise();
  const talk = await untilOpened(flow);
  const { prNumber } = await talk.is("REVIEW_WAIT");
  const [first] = ownedBy(flow, "olga");
  flow.github.store.repositories.delete(first?.id ?? 0);
  await flow.people.olga.post(`${PATH}/forks`, {}).catch(() => undefined);

  await cli(flow, "retry", { run: talk.id });

  expect((await talk.is("NEEDS_HUMAN")).reason).toContain("is not the fork that this run has used");
  expect(prNumber).not.toBeNull();
});

test("an organisation holds the fork if the operator says so, and then maintainers are not let in", async () => {
  const flow = await raise({ forkOwner: "guild" });

  const { pr } = await untilOpened(flow);

  expect(await flow.people.ada.get(`${PATH}/pulls/${pr}`)).toMatchObject({
    head: { label: expect.stringMatching(/^guild:agentpr\//) },
    maintainer_can_modify: false,
  });
});

test("where policy publishes after the approval, not even a fork is made before", async () => {
  const flow = await raise({ policy: { publish_before_approval: "never" } });
  const talk = await begin(flow);
  await talk.is("PUSHED");
  await quiet(flow);
  expect(ownedBy(flow, "olga")).toEqual([]);

  await approveByCode(flow, talk);

  expect((await talk.is("REVIEW_WAIT")).fork?.owner).toBe("olga");
});

test("polling costs one request for all that is quiet, and a closer look only where something happened", async () => {
  const flow = await raise({ requiredChecks: ["ci"] });
  const talks = [await untilOpened(flow), await untilOpened(flow), await untilOpened(flow)];
  for (const talk of talks) await talk.is("CI_WAIT");
  await poll(flow); // the first look at each is a close one
  const rounds = 10;

  const before = flow.exchanges.length;
  for (let round = 0; round < rounds; round += 1) await poll(flow);
  const quietly = flow.exchanges.slice(before);
  await flow.people.ada.post(`${PATH}/issues/${talks[0]?.pr}/comments`, { body: "Looks interesting." });
  const after = flow.exchanges.length;
  await poll(flow);
  const looked = flow.exchanges.slice(after);

  expect(quietly.map(({ template }) => template)).toEqual(Array(rounds).fill("/api/graphql"));
  // Ten rounds are twenty minutes on the schedule: far below a request for each pull request and minute.
  expect(quietly.length / (talks.length * rounds * 2)).toBeLessThan(1);
  expect(
    looked.filter(({ template }) => template === "/repos/{owner}/{repo}/pulls/{pull_number}"),
  ).toHaveLength(1);
  expect(looked.filter(({ status }) => status === 304).length).toBeGreaterThan(0);
});
