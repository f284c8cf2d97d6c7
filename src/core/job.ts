import { z } from "zod";

export const LANES = ["app", "runner"] as const;
export const Lane = z.enum(LANES);
export type Lane = z.infer<typeof Lane>;

type JobShape = {
  readonly lane: Lane;
  /** Acts on GitHub, or tells a runner to: carries an HMAC under a key only the app has. */
  readonly signed: boolean;
  readonly maxTries: number;
  readonly priority: number;
};

/** Every kind of job. Higher priority first; a job whose tries are used up is a dead letter. */
export const JOBS = {
  receive: { lane: "app", signed: true, maxTries: 8, priority: 90 },
  settle: { lane: "app", signed: false, maxTries: 8, priority: 80 },
  decide: { lane: "app", signed: true, maxTries: 8, priority: 80 },
  acknowledge: { lane: "app", signed: true, maxTries: 6, priority: 70 },
  // A runner asks for it, so it cannot be signed; what it is about is looked at anew.
  lend: { lane: "app", signed: false, maxTries: 4, priority: 85 },
  publish: { lane: "app", signed: true, maxTries: 8, priority: 60 },
  open_pr: { lane: "app", signed: true, maxTries: 8, priority: 60 },
  sync: { lane: "app", signed: true, maxTries: 12, priority: 50 },
  report: { lane: "app", signed: true, maxTries: 8, priority: 40 },
  reply: { lane: "app", signed: true, maxTries: 6, priority: 40 },
  answer_review: { lane: "app", signed: true, maxTries: 8, priority: 40 },
  poll: { lane: "app", signed: false, maxTries: 3, priority: 45 },
  patrol: { lane: "app", signed: false, maxTries: 3, priority: 10 },
  heal: { lane: "app", signed: true, maxTries: 3, priority: 10 },
  trim: { lane: "app", signed: false, maxTries: 3, priority: 0 },
  attempt: { lane: "runner", signed: true, maxTries: 4, priority: 50 },
} as const satisfies Record<string, JobShape>;
export type JobKind = keyof typeof JOBS;
export const JOB_KINDS = Object.keys(JOBS) as JobKind[];
export const JobKind = z.enum(JOB_KINDS as [JobKind, ...JobKind[]]);

/** Work that is asked for: what a handler needs, and the cause that makes asking twice harmless. */
export type JobRequest = {
  kind: JobKind;
  runId: string | null;
  payload: Record<string, unknown>;
  /** Asking again for the same key changes nothing while that job is queued, or ever, by `once`. */
  key: string;
  /** `ever`: one job for this key for all time. `queued`: one waiting at a time. */
  once: "ever" | "queued";
  delayMs?: number;
  /** "owner/repo" for jobs that count against a repository's cap. */
  repository?: string;
};

export const Job = z.object({
  id: z.number().int(),
  kind: JobKind,
  lane: Lane,
  runId: z.string().nullable(),
  payload: z.record(z.string(), z.unknown()),
  mac: z.string().nullable(),
  key: z.string(),
  status: z.enum(["queued", "leased", "done", "dead"]),
  tries: z.number().int(),
  maxTries: z.number().int(),
  claimId: z.number().int(),
  worker: z.string().nullable(),
  createdAt: z.number(),
});
export type Job = z.infer<typeof Job>;

/** How a handler ended. `park` waits without using up a try; `lost` means the lease is gone and nothing may be written. */
export type Outcome =
  | { kind: "done" }
  | { kind: "retry"; why: string; afterMs?: number }
  | { kind: "park"; why: string; afterMs: number }
  | { kind: "dead"; why: string }
  | { kind: "lost" };
