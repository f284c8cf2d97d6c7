import type { ApiCalls } from "../core/api-calls.ts";
import type { Job, Outcome } from "../core/job.ts";
import type { Run } from "../core/run.ts";
import { addCalls } from "../database/api-calls.ts";
import { insertNotice } from "../database/notices.ts";
import { findRun } from "../database/runs.ts";
import type { Lease } from "../engine/lease.ts";
import type { Handler, Handlers } from "../engine/worker.ts";
import type { World } from "../engine/world.ts";
import { acknowledge, replyTo } from "./answer.ts";
import { answerReview } from "./answer-review.ts";
import { type AppContext, contextOf, LACKING, type SharedContext } from "./context.ts";
import { decideRun } from "./decide.ts";
import { heal } from "./heal.ts";
import { lendToken } from "./lend.ts";
import { openPull } from "./open-pr.ts";
import { patrol } from "./patrol.ts";
import { pollPulls } from "./poll.ts";
import { publishChange } from "./publish.ts";
import { reportRun } from "./report.ts";
import { settleAttempt } from "./settle.ts";
import { syncRun } from "./sync.ts";
import { tellOperator } from "./tell-operator.ts";
import { trim } from "./trim.ts";

type InContext = (context: AppContext, job: Job, lease: Lease) => Promise<Outcome>;

const DIRECT = {
  decide: decideRun,
  settle: settleAttempt,
  lend: lendToken,
  publish: publishChange,
  open_pr: openPull,
  sync: syncRun,
  report: reportRun,
  acknowledge,
  reply: replyTo,
  answer_review: answerReview,
  heal,
} as const satisfies Record<string, InContext>;

/** Uninvited on somebody else's repository, a run says nothing there but its pull request. */
const FORK: Record<keyof typeof DIRECT, InContext> = { ...DIRECT, report: tellOperator };

const BY_MODE: Record<Run["mode"], Record<keyof typeof DIRECT, InContext>> = { direct: DIRECT, fork: FORK };

/** Work that is about no single run. */
const GENERAL = { patrol, trim, poll: pollPulls } as const;

/** What the app lane carries out; `receive` comes from the front end that understands deliveries, where there is one. */
export function appHandlers(shared: SharedContext, receive: Handler | null): Handlers {
  const general = Object.entries(GENERAL).map(([kind, handler]) => [kind, () => handler(shared)]);
  const ofRuns = (Object.keys(DIRECT) as (keyof typeof DIRECT)[]).map((kind) => [
    kind,
    (job: Job, lease: Lease) => carryOut(shared, kind, job, lease),
  ]);
  return { ...Object.fromEntries([...general, ...ofRuns]), ...(receive === null ? {} : { receive }) };
}

/** For the record alone: no work is done twice because it could not be written. */
export async function noteCalls({ database, log }: World, runId: string | null, calls: ApiCalls) {
  await addCalls(database.knex, runId, calls).catch((error: unknown) =>
    log.warn({ err: error, run: runId }, "calls not counted"),
  );
}

const MISSING_MS = 5 * 60_000;

/** A run's mode chooses the ports and what is done; without the credentials for it the job waits for them. */
async function carryOut(
  shared: SharedContext,
  kind: keyof typeof DIRECT,
  job: Job,
  lease: Lease,
): Promise<Outcome> {
  const run = job.runId === null ? null : await findRun(shared.world.database.knex, job.runId);
  const mode = run?.mode ?? "direct";
  const context = contextOf(shared, mode);
  if (context === null) return missing(shared, job, mode);
  const { github, world } = context;
  const handle = () => BY_MODE[mode][kind](context, job, lease);
  return github.counted(handle, (calls) => noteCalls(world, run?.id ?? null, calls));
}

async function missing({ world }: Pick<AppContext, "world">, job: Job, mode: Run["mode"]): Promise<Outcome> {
  const why = `not set here: ${LACKING[mode]}`;
  await insertNotice(world.database, world.database.knex, {
    runId: job.runId,
    priority: "high",
    text: `The run waits: it reaches GitHub with ${LACKING[mode]}, which this app has not.`,
    cause: `unreachable:${job.runId ?? job.id}`,
  });
  return { kind: "park", why, afterMs: MISSING_MS };
}
