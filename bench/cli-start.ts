import { join } from "node:path";
import type { Bench } from "./bench.ts";
import { ended } from "./floors.ts";
import { percentiles, timed } from "./percentiles.ts";
import type { Row } from "./row.ts";

const MAIN = join(import.meta.dirname, "../src/cli/main.js");

/** What the command line takes to answer, beside a Node that does nothing. Taken in turns, so that both meet the same load. */
export async function measureCliStart({ quick }: Bench): Promise<Row[]> {
  const more: number[] = [];
  const bare: number[] = [];
  for (let turn = 0; turn < (quick ? 5 : 20); turn += 1) {
    const [node = 0] = await timed(1, () => ended(process.execPath, ["-e", "0"]));
    const [help = 0] = await timed(1, () => ended(process.execPath, [MAIN, "--help"]));
    bare.push(node);
    more.push(help - node);
  }
  return [
    {
      metric: "agentpr --help, beyond node -e 0",
      unit: "ms",
      measured: percentiles(more),
      judged: "p50",
      goal: { atMost: 150 },
      floor: { what: "node -e 0", value: percentiles(bare).p50 },
    },
  ];
}
