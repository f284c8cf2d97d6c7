import { mainConversation } from "../demo/scenarios/conversation.ts";
import { runBareCodex } from "./bare-codex.ts";
import type { Bench } from "./bench.ts";
import { percentiles } from "./percentiles.ts";
import type { PlayedRuns } from "./played-runs.ts";
import { partRow, type Row } from "./row.ts";
import { type Moments, stageMs } from "./run-moments.ts";

/** What the scripted conversation knows the first task by. */
const PROMPT = '{ "purpose": "execute" }';

/** An attempt, less Codex (bare, the same conversation), the repository's tests, and git's talk with the server. */
export async function overheadRows({ dir, quick }: Bench, { runs, gitTalks }: PlayedRuns): Promise<Row[]> {
  const order = { dir, times: quick ? 3 : 10, conversation: mainConversation(), prompt: PROMPT };
  const codexMs = middle((await runBareCodex(order)).map(({ totalMs }) => totalMs));
  const gitMs = middle(gitTalks);
  const added = (run: Moments) => run.attemptFinished - run.attemptStarted - codexMs - gitMs - testsMs(run);
  const whole: Row = {
    metric: "what the orchestrator adds to an attempt",
    unit: "ms",
    measured: percentiles(runs.map(added)),
    judged: "p50",
    goal: { atMost: 600 },
    floor: { what: "bare codex exec, same talk", value: codexMs },
    note: `the attempt less bare Codex (${Math.round(codexMs)} ms), git ls-remote (${Math.round(gitMs)} ms) and the tests (${Math.round(middle(runs.map(testsMs)))} ms)`,
  };
  return [whole, ...partRows(runs, codexMs, gitMs)];
}

function partRows(runs: readonly Moments[], codexMs: number, gitMs: number): Row[] {
  const part = (name: string, ms: (run: Moments) => number) => partRow(name, runs.map(ms));
  return [
    part("provision, less git ls-remote", (run) => stageMs(run, "provision") - gitMs),
    part("codex, less bare Codex", (run) => stageMs(run, "codex") - codexMs),
    part("candidate", (run) => stageMs(run, "candidate")),
    part("verify, less the tests", (run) => stageMs(run, "verify") - testsMs(run)),
    part("seal", (run) => stageMs(run, "seal")),
    part("outside the stages: rows, template, report", (run) => outsideStages(run)),
  ];
}

function outsideStages({ attemptFinished, attemptStarted, report }: Moments): number {
  return attemptFinished - attemptStarted - report.stages.reduce((sum, { ms }) => sum + ms, 0);
}

function testsMs({ report }: Moments): number {
  const commands = report.evidence.verification?.commands ?? [];
  return commands
    .flatMap(({ head, again, base }) => [head, again, base])
    .reduce((sum, run) => sum + (run?.durationMs ?? 0), 0);
}

function middle(values: readonly number[]): number {
  return percentiles(values).p50;
}
