import type { AttemptReport } from "../core/attempt.ts";
import { AttemptSpec } from "../core/packet.ts";
import type { Run } from "../core/run.ts";
import { listAttempts } from "../database/attempts.ts";
import { findJob } from "../database/job-queries.ts";
import { isJobSigned } from "../engine/sign.ts";
import type { AppContext } from "./context.ts";

export type OwnAttempt = { spec: AttemptSpec; report: AttemptReport };

/** An attempt of the run that has ended, with the order that it was made under, if the app itself gave that order. */
export async function findOwnAttempt(
  { world }: AppContext,
  run: Run,
  number: number,
): Promise<OwnAttempt | null> {
  const db = world.database.knex;
  const found = (await listAttempts(db, run.id)).findLast((one) => one.report?.attempt === number);
  const job = found ? await findJob(db, found.jobId) : null;
  if (!found?.report || job?.kind !== "attempt" || world.key === null || !isJobSigned(world.key, job))
    return null;
  return { spec: AttemptSpec.parse(job.payload), report: found.report };
}

/** The reviews that an attempt was asked to answer. */
export async function reviewsOf(context: AppContext, run: Run, number: number): Promise<number[]> {
  const own = await findOwnAttempt(context, run, number);
  return own?.spec.packet.feedback.map(({ reviewId }) => reviewId) ?? [];
}
