import type { BenchDatabases } from "./databases.ts";
import type { Floors } from "./floors.ts";

/** What every metric is given. */
export type Bench = {
  /** Fewer repetitions and smaller tables; the same things. */
  quick: boolean;
  /** An empty folder that is removed at the end. */
  dir: string;
  databases: BenchDatabases;
  floors: Floors;
};
