import { listAttempts } from "../../src/database/attempts.ts";
import { listJobs } from "../../src/database/job-queries.ts";
import { ISSUE } from "./conversation.ts";
import { untilMerged } from "./main.ts";
import { askForRun, becomes, openIssue, type Play, press } from "./steps.ts";

/** The main job again, with the runner killed in the middle of Codex and the app in the middle of publishing and opening. */
export async function playCrash(play: Play): Promise<void> {
  const { stage, watch } = play;
  await askForRun(play, await openIssue(play, ISSUE));
  await becomes("Codex at work", () => codexWorks(play));
  await killRunner(play);
  await becomes("publishing", () => isLeased(play, "publish"));
  await killApp(play, "publishing");
  const run = await watch.until(
    "the published branch",
    ({ state, publishedSha }) => state === "PUSHED" && publishedSha !== null,
  );
  await press(play, run, "request_pr");
  stage.github.faults.add({ method: "POST", route: "/repos/{owner}/{repo}/pulls", kind: "delay", ms: 1_500 });
  await press(play, run, "approve_pr");
  await becomes("opening", () => isLeased(play, "open_pr"));
  await killApp(play, "opening the pull request");
  const opened = await watch.until("the pull request", ({ prNumber }) => prNumber !== null);
  await untilMerged(play, opened.prNumber ?? 0);
}

async function codexWorks({ stage, watch }: Play): Promise<boolean> {
  await watch.catchUp();
  const run = await watch.run();
  if (run === null || stage.model.requests().length === 0) return false;
  return (await listAttempts(stage.database.knex, run.id)).some(({ status }) => status === "running");
}

async function isLeased({ stage, watch }: Play, kind: string): Promise<boolean> {
  await watch.catchUp();
  return (await listJobs(stage.database.knex, { kind, status: "leased" })).length > 0;
}

async function killRunner({ stage, timeline }: Play): Promise<void> {
  await stage.processes.runner.kill();
  timeline.say("SIGKILL", "runner, in the middle of Codex");
  await stage.startRunner();
  timeline.say("restarted", "runner");
}

async function killApp({ stage, timeline }: Play, when: string): Promise<void> {
  await stage.processes.app.kill();
  timeline.say("SIGKILL", `app, in the middle of ${when}`);
  await stage.startApp();
  timeline.say("restarted", "app");
}
