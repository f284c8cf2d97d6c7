import type { Bench } from "./bench.ts";
import { percentiles } from "./percentiles.ts";
import type { PlayedRuns } from "./played-runs.ts";
import { partRow, type Row } from "./row.ts";
import { type Moments, stageMs } from "./run-moments.ts";

type Part = readonly [name: string, ms: (run: Moments) => number];

const PARTS: readonly Part[] = [
  ["receive: delivery stored → run created", (run) => run.runCreated - run.accepted],
  ["decide: run created → attempt asked for", (run) => run.attemptAsked - run.runCreated],
  ["claim: attempt asked for → begun", (run) => run.attemptStarted - run.attemptAsked],
  ["provision: workspace from the mirror", (run) => stageMs(run, "provision")],
  [
    "box: home, proxy, box → Codex started",
    (run) => run.codexStarted - run.attemptStarted - stageMs(run, "provision"),
  ],
];

/** How long it takes from a comment to the process that works on it. */
export async function codexStartRows({ floors }: Bench, { runs, boxed }: PlayedRuns): Promise<Row[]> {
  const spawn = await floors.spawnTrue();
  const whole: Row = {
    metric: `comment accepted → Codex started, mirror warm${boxed ? "" : ", NO BOX"}`,
    unit: "ms",
    measured: percentiles(runs.map((run) => run.codexStarted - run.accepted)),
    judged: "p95",
    goal: { atMost: 500 },
    floor: { what: "one spawn", value: spawn.p50 },
    note: `${runs.length} runs, from the delivery's row to the start of Codex's process in the kernel's words`,
  };
  return [whole, ...PARTS.map(([name, ms]) => partRow(name, runs.map(ms)))];
}
