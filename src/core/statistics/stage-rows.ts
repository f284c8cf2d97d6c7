import { z } from "zod";
import { State } from "../run.ts";

const count = z.coerce.number();

/** Attempts of one run together; the stages by their names. */
export const SlowRun = z.object({
  runId: z.string(),
  owner: z.string(),
  repo: z.string(),
  promptVersion: z.string(),
  state: State,
  attempts: count,
  workingMs: count,
  wallMs: count,
  stages: z.record(z.string(), count),
});
export type SlowRun = z.infer<typeof SlowRun>;

/** How long runs have been in a state, all together. */
export type StateTime = { state: State; ms: number };

/** Everything that bottlenecks are computed from. */
export type StageRows = {
  runs: number;
  analysed: number;
  attempts: number;
  /** Milliseconds of every attempt that reached the stage. */
  stages: Readonly<Record<string, readonly number[]>>;
  workingMs: number;
  waitedMs: number;
  slowest: readonly SlowRun[];
  states: readonly StateTime[];
};
