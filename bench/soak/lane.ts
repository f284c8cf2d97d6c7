import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { repoPath } from "../../demo/scenarios/steps.ts";
import type { Stage } from "../../demo/stage.ts";
import type { Run } from "../../src/core/run.ts";
import { findRunsOf } from "../../src/database/runs.ts";

/** One maintainer's place: a repository of an account of its own, because GitHub's pace is kept for each account. */
export type Lane = { stage: Stage; owner: string; repo: string; repositoryId: number; overAt: number };

const LOOK_MS = 200;

/** Every third repository is private, so that tokens are lent as well. */
export async function openLane(stage: Stage, number: number, overAt: number): Promise<Lane> {
  const owner = `soak-${number}`;
  stage.github.addUser(owner, { type: "Organization" });
  const lane = await newRepository({ stage, owner, repo: "", repositoryId: 0, overAt });
  stage.github.install(owner);
  return lane;
}

/** Another repository of the same account, for when a run is left waiting in the last one. */
export async function newRepository(lane: Lane): Promise<Lane> {
  const { stage, owner } = lane;
  const { store } = stage.github;
  const repo = `tiny-${[...store.repositories.values()].filter((row) => row.owner === owner).length + 1}`;
  const { id } = await stage.github.addRepository({
    ...{ owner, name: repo, from: join(import.meta.dirname, "tiny") },
    private: Number(owner.split("-")[1]) % 3 === 0,
    collaborators: { ada: "admin" },
  });
  return { ...lane, repo, repositoryId: id };
}

export function pathOf({ owner, repo }: Lane): string {
  return repoPath({ repository: { owner, repo } });
}

/** Waits until the run of that issue is as wanted; what wants a person, and what ended otherwise, is told at once. */
export async function untilRun(
  lane: Lane,
  issue: number,
  what: string,
  wanted: (run: Run) => boolean,
): Promise<Run> {
  return becomes(lane, what, async () => {
    const [run] = await findRunsOf(lane.stage.database.knex, lane.repositoryId, { issue });
    if (run === undefined) return null;
    if (wanted(run)) return run;
    if (run.state === "NEEDS_HUMAN" || run.state === "FAILED")
      throw new Error(`${what}: the run is ${run.state} (${run.reason ?? "no reason"})`);
    return null;
  });
}

/** Presses a button of our newest check run on that commit, as soon as it is shown. */
export async function pressButton(lane: Lane, sha: string, identifier: string): Promise<void> {
  const { stage, owner, repo } = lane;
  const check = await becomes(lane, `the button ${identifier}`, async () => {
    const shown = [...stage.github.store.checkRuns.values()].filter(
      ({ appId, headSha, status, actions, repositoryId }) =>
        repositoryId === lane.repositoryId &&
        appId === stage.github.app.id &&
        headSha === sha &&
        status === "completed" &&
        actions.some((action) => action.identifier === identifier),
    );
    return shown.at(-1) ?? null;
  });
  stage.github.clickCheckAction({ owner, repo, checkRunId: check.id, identifier, by: "ada" });
}

async function becomes<T>(lane: Lane, what: string, look: () => Promise<T | null>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (performance.now() > lane.overAt) throw new Error(`${what}: not before the end of the soak`);
    await sleep(LOOK_MS);
  }
}
