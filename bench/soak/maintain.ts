import type { Stage } from "../../demo/stage.ts";
import { messageOf } from "../../src/core/problem.ts";
import { type Lane, newRepository, openLane, pathOf, pressButton, untilRun } from "./lane.ts";
import { choose, type Random } from "./random.ts";

/** What its maintainer means to do with a run. */
export type Fate = "merge" | "close" | "cancel" | "wait";

const SHARES = [
  ["merge", 14],
  ["close", 2],
  ["cancel", 2],
  ["wait", 1],
] as const satisfies readonly (readonly [Fate, number])[];

/** A request that was made on GitHub, and how far its maintainer came with it. */
export type Asked = {
  lane: Pick<Lane, "owner" | "repo" | "repositoryId">;
  issue: number;
  fate: Fate;
  endedAt: number | null;
  trouble: string | null;
};

type Order = {
  number: number;
  random: Random;
  overAt: number;
  /** False when no more runs are to be asked for. */
  more: () => boolean;
  elapsedMs: () => number;
};

/** Asks for one run after the other, and has each come to the end that the seed decides. */
export async function maintain(stage: Stage, order: Order): Promise<Asked[]> {
  const all: Asked[] = [];
  let lane = await openLane(stage, order.number, order.overAt);
  while (order.more()) {
    const fate = choose(order.random, SHARES);
    const asked = await ask(lane, fate);
    all.push(asked);
    try {
      await FATES[fate](lane, asked.issue);
      asked.endedAt = order.elapsedMs();
    } catch (error) {
      asked.trouble = messageOf(error);
    }
    if (fate === "wait" || asked.trouble !== null) lane = await newRepository(lane);
  }
  return all;
}

async function ask(lane: Lane, fate: Fate): Promise<Asked> {
  const { ada } = lane.stage.people;
  const issue = await ada.post<{ number: number }>(`${pathOf(lane)}/issues`, {
    title: "Add the next number",
    body: "With a test, please.",
  });
  await say(lane, issue.number, "/agentpr run");
  const { owner, repo, repositoryId } = lane;
  return { lane: { owner, repo, repositoryId }, issue: issue.number, fate, endedAt: null, trouble: null };
}

const FATES: Record<Fate, (lane: Lane, issue: number) => Promise<void>> = {
  wait: async (lane, issue) => {
    await untilWaiting(lane, issue);
  },
  cancel: async (lane, issue) => {
    await untilWaiting(lane, issue);
    await say(lane, issue, "/agentpr cancel");
    await untilRun(lane, issue, "the cancelled run", ({ state }) => state === "FAILED");
  },
  close: async (lane, issue) => {
    const pull = await untilGreen(lane, issue);
    await lane.stage.people.ada.patch(`${pathOf(lane)}/pulls/${pull}`, { state: "closed" });
    await untilRun(lane, issue, "the closed run", ({ state }) => state === "FAILED");
  },
  merge: async (lane, issue) => {
    const pull = await untilGreen(lane, issue);
    await lane.stage.people.ada.put(`${pathOf(lane)}/pulls/${pull}/merge`, { merge_method: "squash" });
    await untilRun(lane, issue, "the merged run", ({ state }) => state === "DONE");
  },
};

async function untilWaiting(lane: Lane, issue: number): Promise<string> {
  const run = await untilRun(
    lane,
    issue,
    "the published branch",
    ({ state, publishedSha }) => state === "PUSHED" && publishedSha !== null,
  );
  return run.publishedSha ?? "";
}

async function untilGreen(lane: Lane, issue: number): Promise<number> {
  const sha = await untilWaiting(lane, issue);
  await pressButton(lane, sha, "request_pr");
  await pressButton(lane, sha, "approve_pr");
  const run = await untilRun(lane, issue, "the pull request", ({ state }) => state === "REVIEW_WAIT");
  return run.prNumber ?? 0;
}

async function say(lane: Lane, issue: number, body: string): Promise<void> {
  await lane.stage.people.ada.post(`${pathOf(lane)}/issues/${issue}/comments`, { body });
}
