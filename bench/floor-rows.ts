import type { Bench } from "./bench.ts";
import type { FloorName } from "./floors.ts";
import type { Row } from "./row.ts";

const FLOOR_TEXTS: Readonly<Record<FloorName, string>> = {
  fsync: "write and fsync of 4 kB",
  spawnTrue: "spawn of /bin/true",
  nodeStart: "node -e 0",
  httpRoundTrip: "HTTP round trip on loopback, 12 kB",
  bareCodex: "bare codex exec, a model that says one word",
  bareCodexRequest: "bare codex exec until its first request",
};

/** What the machine itself takes, as rows of the same table. */
export async function measureFloorRows({ floors }: Bench): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, text] of Object.entries(FLOOR_TEXTS) as [FloorName, string][]) {
    const measured = await floors[name]();
    rows.push({ metric: `floor: ${text}`, unit: "ms", measured, judged: "p50", goal: null, floor: null });
  }
  return rows;
}
