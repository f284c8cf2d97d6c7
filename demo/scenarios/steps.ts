import { setTimeout as sleep } from "node:timers/promises";
import type { Run } from "../../src/core/run.ts";
import type { Stage } from "../stage.ts";
import type { Timeline } from "../timeline.ts";
import type { Watch } from "../watch.ts";

export type Play = { stage: Stage; timeline: Timeline; watch: Watch };

type CheckRun = { id: number; status: string; conclusion: string | null; app: { id: number } | null };
type Pull = { number: number; html_url: string; head: { sha: string }; merged: boolean };

export async function openIssue(
  { stage, timeline }: Play,
  issue: { title: string; body: string },
): Promise<number> {
  const { number } = await stage.people.ada.post<{ number: number }>(`${repoPath(stage)}/issues`, issue);
  timeline.say("issue opened", `#${number} ${issue.title}`);
  return number;
}

/** Comments `/agentpr run` and waits for the sign that it was seen. */
export async function askForRun(play: Play, issue: number): Promise<void> {
  const { stage, timeline } = play;
  const { id } = await stage.people.ada.post<{ id: number }>(`${repoPath(stage)}/issues/${issue}/comments`, {
    body: "/agentpr run",
  });
  timeline.say("comment", "/agentpr run");
  await becomes("the 👀 reaction", async () => {
    await play.watch.catchUp();
    const reactions = await stage.people.ada.get<{ content: string }[]>(
      `${repoPath(stage)}/issues/comments/${id}/reactions`,
    );
    return reactions.some(({ content }) => content === "eyes");
  });
  timeline.say("reaction", "👀");
}

/** Presses a button of our check run, as soon as it is there to be pressed. */
export async function press(play: Play, run: Run, identifier: "request_pr" | "approve_pr"): Promise<void> {
  const { stage, timeline } = play;
  const { owner, repo } = stage.repository;
  const check = await becomes(`the button ${identifier}`, async () => {
    await play.watch.catchUp();
    const found = await ownCheck(stage, run.publishedSha ?? run.changeSha ?? "");
    return found !== null && hasButton(stage, found.id, identifier) ? found : null;
  });
  timeline.say("button pressed", `${identifier} on the check run of ${run.changeSha?.slice(0, 12)}`);
  stage.github.clickCheckAction({
    owner,
    repo,
    checkRunId: check.id,
    identifier,
    by: stage.people.ada.login,
  });
}

async function ownCheck(stage: Stage, sha: string): Promise<CheckRun | null> {
  const { check_runs } = await stage.people.ada.get<{ check_runs: CheckRun[] }>(
    `${repoPath(stage)}/commits/${sha}/check-runs`,
  );
  return (
    check_runs.find(({ app, status }) => app?.id === stage.github.app.id && status === "completed") ?? null
  );
}

/** Buttons are not in the REST answer; the store knows which are shown. */
function hasButton(stage: Stage, id: number, identifier: string): boolean {
  return (
    stage.github.store.checkRuns.get(id)?.actions.some((action) => action.identifier === identifier) ?? false
  );
}

/** What the one comment on the issue tells; nothing while there is none. */
export async function readSticky({ stage }: Play, issue: number): Promise<string> {
  const comments = await stage.people.ada.get<{ body: string }[]>(
    `${repoPath(stage)}/issues/${issue}/comments?per_page=100`,
  );
  return comments.find(({ body }) => body.includes("agentpr:sticky"))?.body ?? "";
}

export async function readPull({ stage }: Play, number: number): Promise<Pull> {
  return stage.people.ada.get<Pull>(`${repoPath(stage)}/pulls/${number}`);
}

export async function review(
  { stage, timeline }: Play,
  pull: number,
  event: "REQUEST_CHANGES" | "APPROVE",
  body: string,
): Promise<void> {
  await stage.people.grace.post(`${repoPath(stage)}/pulls/${pull}/reviews`, { event, body });
  timeline.say("review", `${event} by grace${body === "" ? "" : `: ${body}`}`);
}

export async function merge({ stage, timeline }: Play, pull: number): Promise<void> {
  await stage.people.ada.put(`${repoPath(stage)}/pulls/${pull}/merge`, { merge_method: "squash" });
  timeline.say("merge pressed", `#${pull} by ada`);
}

export function repoPath({ repository }: { repository: { owner: string; repo: string } }): string {
  return `/repos/${repository.owner}/${repository.repo}`;
}

/** Waits, with a bound, until `check` gives something. */
export async function becomes<T>(
  what: string,
  check: () => Promise<T | null | false>,
  seconds = 30,
): Promise<T> {
  const over = performance.now() + seconds * 1_000;
  for (;;) {
    const value = await check();
    if (value !== null && value !== false) return value;
    if (performance.now() > over) throw new Error(`waited ${seconds} s for ${what}`);
    await sleep(50);
  }
}
