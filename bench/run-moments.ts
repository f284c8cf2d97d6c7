import type { Stage } from "../demo/stage.ts";
import type { AttemptReport } from "../src/core/attempt.ts";
import type { Run } from "../src/core/run.ts";
import { listAttempts } from "../src/database/attempts.ts";

/** When what happened to a run, in milliseconds since 1970 by the machine's one clock. */
export type Moments = {
  /** The comment's delivery was written down; the 2xx follows at once. */
  accepted: number;
  runCreated: number;
  attemptAsked: number;
  attemptStarted: number;
  codexStarted: number;
  attemptFinished: number;
  report: AttemptReport;
};

export async function momentsOf(stage: Stage, run: Run, codexStarted: number): Promise<Moments> {
  const { knex } = stage.database;
  const [attempt] = await listAttempts(knex, run.id);
  const order = await knex("jobs").where({ run_id: run.id, kind: "attempt" }).first("created_at");
  if (!attempt?.report || attempt.finishedAt === null)
    throw new Error(`run ${run.id} has no finished attempt`);
  return {
    accepted: await acceptedAt(stage, run),
    runCreated: run.createdAt,
    attemptAsked: Number(order?.created_at),
    attemptStarted: attempt.startedAt,
    codexStarted,
    attemptFinished: attempt.finishedAt,
    report: attempt.report,
  };
}

async function acceptedAt({ database }: Stage, run: Run): Promise<number> {
  const deliveries = await database.knex("inbox").where({ event: "issue_comment" }).orderBy("received_at");
  const comment = deliveries.find(({ payload }) => {
    const told = JSON.parse(payload ?? "{}");
    return told.issue?.number === run.request.issue && told.comment?.body === "/agentpr run";
  });
  return Number(comment?.received_at);
}

export function stageMs({ report }: Moments, name: string): number {
  return report.stages.find((stage) => stage.name === name)?.ms ?? 0;
}
