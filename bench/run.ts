import { join } from "node:path";
import type { Bench } from "./bench.ts";
import { codexStartRows } from "./codex-start.ts";
import { overheadRows } from "./overhead.ts";
import { type PlayedRuns, playRuns } from "./played-runs.ts";
import type { Row } from "./row.ts";

/** Whole runs on the demo's stage: how soon Codex works, what the orchestrator adds, what stays in memory. */
export async function measureRun(bench: Bench): Promise<Row[]> {
  const played = await playRuns(join(bench.dir, "stage"), bench.quick ? 3 : 24);
  return [
    ...(await codexStartRows(bench, played)),
    ...(await overheadRows(bench, played)),
    ...memoryRows(played),
  ];
}

function memoryRows({ resident, runs }: PlayedRuns): Row[] {
  const row = (who: string, value: number, most: number): Row => ({
    metric: `resident memory of the ${who}, at rest after ${runs.length + 1} runs`,
    unit: "MB",
    measured: { value },
    judged: "value",
    goal: { atMost: most },
    floor: null,
  });
  return [row("app", resident.app, 200), row("runner", resident.runner, 120)];
}
