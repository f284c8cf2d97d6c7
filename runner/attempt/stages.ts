import type { StageTime } from "../../src/core/attempt.ts";

export type Stages = { run<T>(name: string, work: () => Promise<T>): Promise<T>; times(): StageTime[] };

/** Measures what each stage of an attempt takes, also of one that fails. */
export function stageClock(onStage: (name: string) => void = () => undefined): Stages {
  const done: StageTime[] = [];
  return {
    run: async (name, work) => {
      onStage(name);
      const started = performance.now();
      try {
        return await work();
      } finally {
        done.push({ name, ms: Math.round(performance.now() - started) });
      }
    },
    times: () => [...done],
  };
}
