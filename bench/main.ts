import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Bench } from "./bench.ts";
import { measureClaimSize } from "./claim-size.ts";
import { measureCliLists } from "./cli-lists.ts";
import { measureCliStart } from "./cli-start.ts";
import { benchDatabases } from "./databases.ts";
import { measureEventStream } from "./event-stream.ts";
import { measureFloorRows } from "./floor-rows.ts";
import { measureFloors } from "./floors.ts";
import { measureGrading } from "./grading.ts";
import { machineFacts } from "./machine.ts";
import { measurePages } from "./pages.ts";
import { measurePatrol } from "./patrol.ts";
import { jsonOf, notesOf, tableOf } from "./print.ts";
import { measureProvisioning } from "./provisioning.ts";
import type { Row } from "./row.ts";
import { measureRun } from "./run.ts";
import { measureStatistics } from "./statistics.ts";
import { measureThroughput } from "./throughput.ts";
import { measureWakeUp } from "./wake-up.ts";
import { measureWebhook } from "./webhook.ts";

/** Every family of metrics, by the name that `npm run bench <name>` takes. */
export const METRICS = {
  floors: measureFloorRows,
  throughput: measureThroughput,
  "wake-up": measureWakeUp,
  "claim-size": measureClaimSize,
  webhook: measureWebhook,
  provisioning: measureProvisioning,
  "event-stream": measureEventStream,
  run: measureRun,
  cli: measureCliStart,
  "cli-lists": measureCliLists,
  grading: measureGrading,
  statistics: measureStatistics,
  patrol: measurePatrol,
  pages: measurePages,
} as const satisfies Record<string, (bench: Bench) => Promise<Row[]>>;
export type MetricName = keyof typeof METRICS;

if (import.meta.main) await main();

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: "boolean", default: false }, quick: { type: "boolean", default: false } },
  });
  const facts = machineFacts();
  const rows = await measure(chosen(positionals), values.quick);
  if (values.json) return console.log(JSON.stringify({ machine: facts, rows: rows.map(jsonOf) }));
  const head = Object.entries(facts).map(([name, value]) => `${name}: ${value}`);
  const notes = notesOf(rows).map((note) => `- ${note}`);
  console.log([head.join(" · "), "", tableOf(rows), "", ...notes].join("\n"));
}

function chosen(names: readonly string[]): MetricName[] {
  const all = Object.keys(METRICS) as MetricName[];
  const unknown = names.filter((name) => !all.includes(name as MetricName));
  if (unknown.length > 0)
    throw new Error(`There is no metric ${unknown.join(", ")}; there are ${all.join(", ")}`);
  return names.length === 0 ? all : all.filter((name) => names.includes(name));
}

/** Measures one family after the other; everything is put below a temporary folder. */
export async function measure(names: readonly MetricName[], quick: boolean): Promise<Row[]> {
  const dir = await mkdtemp(join(tmpdir(), "agentpr-bench-"));
  const databases = benchDatabases(dir);
  const floors = measureFloors({ dir, quick });
  const rows: Row[] = [];
  try {
    for (const name of names) {
      console.error(`measuring ${name} …`);
      rows.push(...(await METRICS[name]({ quick, dir, databases, floors })));
    }
  } finally {
    await databases.stop();
    await rm(dir, { recursive: true, force: true });
  }
  return rows;
}
