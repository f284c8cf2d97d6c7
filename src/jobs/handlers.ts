import type { Job } from "../core/job.ts";
import type { Lease } from "../engine/lease.ts";
import type { Handler, Handlers } from "../engine/worker.ts";
import { acknowledge, replyTo } from "./answer.ts";
import type { AppContext } from "./context.ts";
import { decideRun } from "./decide.ts";
import { heal } from "./heal.ts";
import { openPull } from "./open-pr.ts";
import { patrol } from "./patrol.ts";
import { publishChange } from "./publish.ts";
import { reportRun } from "./report.ts";
import { settleAttempt } from "./settle.ts";
import { syncRun } from "./sync.ts";
import { trim } from "./trim.ts";

type InContext = (context: AppContext, job: Job, lease: Lease) => ReturnType<Handler>;

const HANDLERS = {
  decide: decideRun,
  settle: settleAttempt,
  publish: publishChange,
  open_pr: openPull,
  sync: syncRun,
  report: reportRun,
  acknowledge,
  reply: replyTo,
  patrol,
  heal,
  trim,
} as const satisfies Record<string, InContext>;

/** What the app lane carries out; `receive` comes from the front end that understands deliveries. */
export function appHandlers(context: AppContext, receive: Handler): Handlers {
  const bound = Object.entries(HANDLERS).map(([kind, handler]) => [
    kind,
    (job: Job, lease: Lease) => (handler as InContext)(context, job, lease),
  ]);
  return { ...Object.fromEntries(bound), receive };
}
