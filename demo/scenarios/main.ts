import type { Run } from "../../src/core/run.ts";
import { keepTranscript, pressInTelegram, sayInTelegram } from "../telegram/in-the-demo.ts";
import { ISSUE, REVIEW_WORDS } from "./conversation.ts";
import { askForRun, merge, openIssue, type Play, press, review } from "./steps.ts";

/** The main job: from an issue to a merged pull request, with red checks and a reviewer's wish on the way. */
export async function playMain(play: Play): Promise<void> {
  await untilPublished(play);
  const pull = await untilOpened(play);
  await untilMerged(play, pull);
  if (play.stage.telegram !== null) await keepTranscript(play, play.stage.telegram);
}

export async function untilPublished(play: Play): Promise<Run> {
  await askForRun(play, await openIssue(play, ISSUE));
  return play.watch.until(
    "the published branch",
    (run) => run.state === "PUSHED" && run.publishedSha !== null,
  );
}

/** Two presses of one person: what is opened is what was shown. */
export async function untilOpened(play: Play): Promise<number> {
  const run = await play.watch.until("the sealed change", ({ state }) => state === "PUSHED");
  await confirmTwice(play, run);
  const opened = await play.watch.until("the pull request", ({ prNumber }) => prNumber !== null);
  return opened.prNumber ?? 0;
}

/** On GitHub's check run, or on the bot's card. */
async function confirmTwice(play: Play, run: Run): Promise<void> {
  const { telegram } = play.stage;
  if (telegram === null) {
    await press(play, run, "request_pr");
    return press(play, run, "approve_pr");
  }
  sayInTelegram(play, telegram, "what needs me?");
  for (const button of ["request_pr", "diff", "approve_pr"] as const)
    await pressInTelegram(play, telegram, button);
}

export async function untilMerged(play: Play, pull: number): Promise<void> {
  const { watch } = play;
  await watch.until("the first fix", ({ state, iterations }) => iterations === 1 && state === "REVIEW_WAIT");
  await review(play, pull, "REQUEST_CHANGES", REVIEW_WORDS);
  await watch.until(
    "the reviewer's wish",
    ({ state, iterations }) => iterations === 2 && state === "REVIEW_WAIT",
  );
  await review(play, pull, "APPROVE", "");
  await merge(play, pull);
  await watch.until("the end", ({ state }) => state === "DONE");
}
