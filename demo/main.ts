import { EXIT, messageOf, Problem } from "../src/core/problem.ts";
import { boxProblem } from "./box-problem.ts";
import type { DemoOptions } from "./options.ts";
import type { Play } from "./scenarios/steps.ts";
import { SCENARIO_TABLE } from "./scenarios/table.ts";
import { raiseStage, type Stage } from "./stage.ts";
import { summarise, summaryLines } from "./summary.ts";
import { createTimeline, type Timeline } from "./timeline.ts";
import { watchRun } from "./watch.ts";

/** Plays a scenario and sums it up; the exit code says whether all of it came out as it must. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const timeline = createTimeline(options);
  const noBox = await boxProblem();
  const scenario = SCENARIO_TABLE[options.scenario];
  if (noBox !== null && scenario.needsBox)
    throw new Problem(`The scenario ${options.scenario} needs the box`, noBox.cause, noBox.remedy);
  if (noBox !== null)
    timeline.loud(`NO BOX on this machine (${noBox.cause}): the agent runs without isolation`);
  timeline.say(
    "demo",
    `${options.scenario} on ${options.db}, decided by ${options.decisionMode}; its policy waits 1 s for checks to settle, not 60`,
  );
  const stage = await raiseStage({ options, conversation: scenario.conversation(), boxed: noBox === null });
  const play = { stage, timeline, watch: watchRun(stage.database, timeline) };
  timeline.say("started", `local GitHub ${stage.github.url}, app, runner, scripted model`);
  try {
    return await playAndSum(options, play);
  } finally {
    await stage.stopProcesses();
    await stage.stop();
  }
}

async function playAndSum(options: DemoOptions, play: Play): Promise<number> {
  const { stage, timeline } = play;
  const ok = await succeeded(options, play);
  timeline.progress(null);
  if (options.keep) await keepOpen(stage, timeline);
  await stage.stopProcesses();
  const summary = await summarise(play, { scenario: options.scenario, ok });
  timeline.summary(summary, summaryLines(summary));
  return summary.ok ? EXIT.done : EXIT.refused;
}

async function succeeded({ scenario }: DemoOptions, play: Play): Promise<boolean> {
  try {
    await SCENARIO_TABLE[scenario].play(play);
    return true;
  } catch (error) {
    await play.watch.catchUp();
    play.timeline.loud(`the demo went wrong: ${messageOf(error)}`);
    return false;
  }
}

async function keepOpen({ github, processes, repository, dir }: Stage, timeline: Timeline): Promise<void> {
  timeline.say(
    "kept",
    `${github.url}/${repository.owner}/${repository.repo} · app ${processes.app.ready.app} · files ${dir}`,
  );
  timeline.say("kept", "Ctrl-C ends it");
  await new Promise<void>((resolve) => process.once("SIGINT", () => resolve()));
}
