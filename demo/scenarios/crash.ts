import { listAttempts } from "../../src/database/attempts.ts";
import { readJournal } from "../../src/database/journal.ts";
import { countBranches } from "../count.ts";
import type { Fault } from "../github/faults.ts";
import { ISSUE } from "./conversation.ts";
import { untilMerged } from "./main.ts";
import { askForRun, becomes, openIssue, type Play, press } from "./steps.ts";

/**
 * The main job again, with the runner killed in the middle of Codex, and the app killed twice at the worst moments: when
 * GitHub has done what was asked and the app has not heard of it yet.
 */
export async function playCrash(play: Play): Promise<void> {
  await askForRun(play, await openIssue(play, ISSUE));
  await becomes("Codex at work", () => codexWorks(play));
  await killRunner(play);
  await crashWhilePublishing(play);
  await crashWhileOpening(play);
  const opened = await play.watch.until("the pull request", ({ prNumber }) => prNumber !== null);
  await untilMerged(play, opened.prNumber ?? 0);
}

const LATE_MS = 5_000;
/** After a push its token is taken back: while that lasts, the branch is there and the journal does not know. */
const LATE_REVOCATION: Fault = { method: "DELETE", route: "/installation/token", kind: "delay", ms: LATE_MS };
const LATE_ANSWER: Fault = {
  method: "POST",
  route: "/repos/{owner}/{repo}/pulls",
  kind: "delay-after-write",
  ms: LATE_MS,
};

async function crashWhilePublishing(play: Play): Promise<void> {
  const { stage, watch } = play;
  await watch.until("the sealed change", ({ changeSha }) => changeSha !== null);
  stage.github.faults.add({ ...LATE_REVOCATION, times: 2 }); // of the token for reading, then of the one for the push
  await becomes("the branch on GitHub", async () => (await countBranches(stage)) > 0);
  await killApp(play, "the push has arrived, the journal does not know", "branch.published");
  await watch.until(
    "the published branch",
    ({ state, publishedSha }) => state === "PUSHED" && publishedSha !== null,
  );
}

async function crashWhileOpening(play: Play): Promise<void> {
  const { stage, watch } = play;
  const run = await watch.until("the sealed change", ({ state }) => state === "PUSHED");
  await press(play, run, "request_pr");
  stage.github.faults.add(LATE_ANSWER);
  await press(play, run, "approve_pr");
  await becomes("the pull request on GitHub", async () => hasPull(play));
  await killApp(play, "the pull request is open, its answer has not arrived", "pr.opened");
}

/** By GitHub's own table, without asking anything of anybody. */
function hasPull({ stage }: Play): boolean {
  return [...stage.github.store.issues.values()].some(({ pull }) => pull !== null);
}

async function codexWorks({ stage, watch }: Play): Promise<boolean> {
  await watch.catchUp();
  const run = await watch.run();
  if (run === null || stage.model.requests().length === 0) return false;
  return (await listAttempts(stage.database.knex, run.id)).some(({ status }) => status === "running");
}

async function killRunner({ stage, timeline }: Play): Promise<void> {
  await stage.processes.runner.kill();
  timeline.say("SIGKILL", "runner, in the middle of Codex");
  await stage.startRunner();
  timeline.say("restarted", "runner");
}

/** Kills the app before it has journaled that event; had it done so already, nothing would be proved. */
async function killApp(play: Play, when: string, before: "branch.published" | "pr.opened"): Promise<void> {
  const { stage, timeline } = play;
  await stage.processes.app.kill();
  stage.github.faults.clear();
  timeline.say("SIGKILL", `app: ${when}`);
  const run = await play.watch.run();
  const known = run === null ? [] : await readJournal(stage.database.knex, run.id, { types: [before] });
  if (known.length > 0) throw new Error(`the app was killed too late: ${before} is journaled`);
  await stage.startApp();
  timeline.say("restarted", "app");
}
