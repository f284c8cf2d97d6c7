import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import type { Delivery } from "../../demo/github/store/store.ts";
import { type Flow, raiseFlow } from "../support/flow.ts";
import {
  becomes,
  comment,
  merge,
  ours,
  quiet,
  review,
  setPull,
  setStatus,
  type Talk,
  untilOpened,
} from "../support/flow-talk.ts";
import { rounds } from "../support/proof.ts";

const BATCHES = rounds(1, 200);
const TOGETHER = BATCHES === 1 ? 3 : 5;
const NOBODY = "http://127.0.0.1:1/";

jest.setTimeout(60_000 * BATCHES);
let flow: Flow;
beforeAll(async () => {
  flow = await raiseFlow({ requiredChecks: ["ci"] });
  flow.plan.now = ({ runId }) => ({ files: { [`greetings/${runId}.txt`]: "hello\n" } });
});
afterAll(() => flow.stop());

type Opened = Talk & { pr: number };

/** Everything that can happen to a pull request in its life, while its webhooks reach nobody. */
async function live(talk: Opened): Promise<void> {
  const { publishedSha } = await talk.run();
  await setStatus(flow, publishedSha ?? "", "pending");
  await setStatus(flow, publishedSha ?? "", "failure");
  await comment(flow, "ada", talk.pr, "/agentpr status");
  await review(flow, talk.pr, "REQUEST_CHANGES");
  await setPull(flow, talk.pr, "closed");
  await setPull(flow, talk.pr, "open");
  await setStatus(flow, publishedSha ?? "", "success");
  await review(flow, talk.pr, "APPROVE");
  await merge(flow, talk.pr);
}

const KINDS = ["status", "issue_comment", "pull_request", "pull_request_review"];

/** Deliveries that failed since, once there are as many as were made. */
async function undelivered(known: ReadonlySet<number>): Promise<Delivery[]> {
  const fresh = () =>
    [...flow.github.store.deliveries.values()].filter(
      ({ id, event, statusCode }) => !known.has(id) && KINDS.includes(event) && statusCode === 502,
    );
  // Three states of the check, a command, two reviews, closed, opened again, merged.
  await becomes("all deliveries", async () => fresh().length >= TOGETHER * 9);
  return fresh();
}

/** Fisher-Yates by a generator that a seed determines. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  const mixed = [...items];
  let state = seed;
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    const other = state % (last + 1);
    [mixed[last], mixed[other]] = [mixed[other] as T, mixed[last] as T];
  }
  return mixed;
}

async function deliver({ requestHeaders, payload }: Delivery): Promise<void> {
  const answer = await fetch(flow.webhookUrl, { method: "POST", headers: requestHeaders, body: payload });
  if (!answer.ok) throw new Error(`not taken in: ${answer.status}`);
}

test(`webhooks in any order and doubled end the same (${BATCHES * TOGETHER} runs)`, async () => {
  for (let seed = 1; seed <= BATCHES; seed += 1) {
    const talks = await Promise.all(
      Array.from({ length: TOGETHER }, (_, index) => untilOpened(flow, `${index}`)),
    );
    for (const talk of talks) await talk.is("CI_WAIT");
    await quiet(flow);
    const known = new Set(flow.github.store.deliveries.keys());
    flow.github.deliverTo(NOBODY);
    for (const talk of talks) await live(talk);
    const missed = await undelivered(known);
    flow.github.deliverTo(flow.webhookUrl);

    for (const delivery of shuffled([...missed, ...missed], seed)) await deliver(delivery);

    for (const talk of talks) await expectEnd(talk, `seed ${seed}`);
  }
});

async function expectEnd(talk: Opened, seed: string): Promise<void> {
  const { state, prOpen, attempts, iterations } = await talk.is("DONE");
  await quiet(flow);
  const story = await talk.story();
  const merged = story.filter((type) => type === "pr.merged").length;
  const replies = (await ours(flow, talk.pr, "reply")).length;
  const unexpected = attempts === 1 ? [] : story;
  expect({ seed, state, prOpen, attempts, iterations, merged, replies, unexpected }).toEqual({
    unexpected: [],
    ...{ seed, state: "DONE", prOpen: false, attempts: 1, iterations: 0, merged: 1, replies: 1 },
  });
}
