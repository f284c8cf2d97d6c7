import type { Job, Outcome } from "../core/job.ts";
import type { Price } from "../core/policy.ts";
import type { Usage } from "../core/usage.ts";
import type { World } from "./world.ts";

/** What a model is asked about a run, as far as it may be told. */
export type AskedAbout = {
  runId: string;
  question: string;
  model: string;
  endpoint: string;
  price: Price | null;
};

/** Sees work on runs begin and end. It changes nothing, waits for nobody and never fails. */
export type Tracing = {
  job(job: Job, work: () => Promise<Outcome>): Promise<Outcome>;
  question<T extends { kind: string; usage: Usage }>(about: AskedAbout, work: () => Promise<T>): Promise<T>;
};

/** Carries a job out, seen by whoever traces this process. */
export function traced({ tracing }: World, job: Job, work: () => Promise<Outcome>): Promise<Outcome> {
  return tracing === undefined ? work() : tracing.job(job, work);
}
