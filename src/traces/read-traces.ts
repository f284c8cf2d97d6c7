import type { Job } from "../core/job.ts";
import { messageOf } from "../core/problem.ts";
import { findAttemptOf } from "../database/attempts.ts";
import type { Database } from "../database/connect.ts";
import { findRun } from "../database/runs.ts";
import { attemptSpans } from "./attempt-spans.ts";
import { type Ended, jobSpan, runSpan, type Times } from "./run-spans.ts";
import type { Span } from "./span.ts";

export type JobEnd = Times & { outcome: Ended };

export type TraceReader = {
  /** A job of a run has ended: what is to be told of it is looked up beside the work. */
  after(job: Job, runId: string, end: JobEnd): void;
  /** When everything that was begun has been told. */
  settled(): Promise<void>;
};

type Log = { debug(fields: object, message: string): void };

/** The database is there for the work first: beyond this, jobs are not told of. */
const MOST_AT_ONCE = 100;

/** Tells `send` what the database remembers of jobs that have ended. */
export function createTraceReader(
  database: Database,
  { send, log }: { send: (spans: readonly Span[]) => void; log: Log },
): TraceReader {
  const under = new Set<Promise<void>>();
  const endedRun = createEndedRuns(database);
  async function spansAfter(job: Job, runId: string, end: JobEnd): Promise<Span[]> {
    if (job.kind !== "attempt") return [jobSpan(job, runId, end), ...(await endedRun(runId))];
    const attempt = await findAttemptOf(database.knex, { jobId: job.id, claimId: job.claimId });
    return attemptSpans(job, runId, { ...end, attempt });
  }
  return {
    after(job, runId, end) {
      if (under.size >= MOST_AT_ONCE) return;
      const told = spansAfter(job, runId, end)
        .then(send)
        .catch((error: unknown) => log.debug({ job: job.id, why: messageOf(error) }, "not traced"));
      under.add(told);
      void told.finally(() => under.delete(told));
    },
    settled: async () => {
      await Promise.all(under);
    },
  };
}

const MOST_REMEMBERED = 1_000;

/** A run as a whole, once when it is over; after a restart it may be told of again, as the same span. */
function createEndedRuns({ knex }: Database): (runId: string) => Promise<Span[]> {
  const told = new Set<string>();
  return async (runId) => {
    const run = await findRun(knex, runId);
    const span = run && runSpan(run);
    const end = `${runId} ${span?.end}`;
    if (span === null || told.has(end)) return [];
    if (told.size >= MOST_REMEMBERED) told.clear();
    told.add(end);
    return [span];
  };
}
