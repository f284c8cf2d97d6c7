import type { Bench } from "./bench.ts";
import { percentiles } from "./percentiles.ts";
import type { PlayedRuns } from "./played-runs.ts";
import { partRow, type Row } from "./row.ts";
import { type Moments, stageMs } from "./run-moments.ts";

type Part = readonly [name: string, ms: (run: Moments, codexMs: number) => number];

const PARTS: readonly Part[] = [
  ["receive: delivery stored → run created", (run) => run.runCreated - run.accepted],
  ["decide: run created → attempt asked for", (run) => run.attemptAsked - run.runCreated],
  ["claim: attempt asked for → begun", (run) => run.attemptStarted - run.attemptAsked],
  ["provision: workspace from the mirror", (run) => stageMs(run, "provision")],
  [
    "box: home, proxy, box → Codex started",
    (run, codexMs) => run.modelAsked - codexMs - run.attemptStarted - stageMs(run, "provision"),
  ],
];

/** Codex's start cannot be seen from outside the box: it is its first request, less what bare Codex takes to make it. */
export async function codexStartRows({ floors }: Bench, { runs, boxed }: PlayedRuns): Promise<Row[]> {
  const codexMs = (await floors.bareCodexRequest()).p50;
  const spawn = await floors.spawnTrue();
  const whole: Row = {
    metric: `comment accepted → Codex started, mirror warm${boxed ? "" : ", NO BOX"}`,
    unit: "ms",
    measured: percentiles(runs.map((run) => run.modelAsked - codexMs - run.accepted)),
    judged: "p95",
    goal: { atMost: 500 },
    floor: { what: "one spawn", value: spawn.p50 },
    note: `${runs.length} runs, from the delivery's row to the first model request, less the ${Math.round(codexMs)} ms that bare Codex needs for it`,
  };
  return [
    whole,
    ...PARTS.map(([name, ms]) =>
      partRow(
        name,
        runs.map((run) => ms(run, codexMs)),
      ),
    ),
  ];
}
