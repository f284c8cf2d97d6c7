import type { Event } from "../core/event.ts";
import type { FileChange } from "../core/evidence.ts";
import { judgeGate } from "../core/gate.ts";
import { beyondApproval } from "../core/iteration-scope.ts";
import type { Job, Outcome } from "../core/job.ts";
import { movedBranch } from "../core/moved-branch.ts";
import type { Run } from "../core/run.ts";
import { findUsedApproval } from "../database/approvals.ts";
import { findChange, type StoredChange } from "../database/changes.ts";
import { readJournal } from "../database/journal.ts";
import { findRun } from "../database/runs.ts";
import { advanceIn } from "../engine/advance.ts";
import { isApproved } from "../engine/approval-mac.ts";
import { enqueue } from "../engine/enqueue.ts";
import { readGateFacts } from "../engine/gate-facts.ts";
import type { Lease } from "../engine/lease.ts";
import { policyOfRun } from "../engine/run-policy.ts";
import type { AppContext } from "./context.ts";
import { withToken } from "./lent-token.ts";
import type { PushResult } from "./ports.ts";
import { acceptedChange, pushChange, specOf } from "./push-change.ts";

/** Puts a sealed change on its branch: before approval where that is harmless, always once its pull request is open. */
export async function publishChange(context: AppContext, job: Job, lease: Lease): Promise<Outcome> {
  const run = job.runId === null ? null : await findRun(context.world.database.knex, job.runId);
  if (run === null || (run.state !== "PUSHED" && run.state !== "ITERATING")) return { kind: "done" };
  const change = await acceptedChange(context, run);
  if (change === null)
    return tell(context, job, lease, run, {
      type: "publish.failed",
      reason: "the change does not carry the app's signature",
    });
  const held =
    run.state === "PUSHED"
      ? await heldBack(context, run, change, lease.signal)
      : await outOfScope(context, run, change);
  if (held !== null)
    return typeof held === "string" ? keepSealed(context, lease, run) : tell(context, job, lease, run, held);
  const result = await pushChange(context, run, change, lease.signal);
  const event = await eventOf(context, run, change, result);
  return event ? tell(context, job, lease, run, event) : again(context, job, lease, run, result);
}

/** An unapproved push may start workflows with the target's secrets; then the change stays sealed until it is approved. */
async function heldBack(
  context: AppContext,
  run: Run,
  change: StoredChange,
  signal: AbortSignal,
): Promise<string | null> {
  const { publish_before_approval: when } = await policyOfRun(context, run);
  if (when !== "auto") return when === "never" ? "policy publishes after approval" : null;
  const order = { url: context.github.cloneUrl(run), branch: run.branch, baseSha: change.baseSha, signal };
  const started = await withToken(context, run, "read", (token) =>
    context.git.pushStarts({ ...order, token }),
  );
  return started.length === 0 ? null : `a push would start ${started.join(", ")}`;
}

/** Nothing is published, and people see that the change waits for them all the same. */
async function keepSealed({ world }: AppContext, lease: Lease, { id }: Run): Promise<Outcome> {
  const end = await lease.finish((trx) =>
    enqueue(world, trx, { kind: "report", runId: id, payload: {}, key: `report:${id}`, once: "queued" }),
  );
  return end === "lost" ? { kind: "lost" } : { kind: "done" };
}

/** Approval covers opening; a later push passes the same gate and stays within the approved files plus a few. */
async function outOfScope(context: AppContext, run: Run, change: StoredChange): Promise<Event | null> {
  const { world } = context;
  const approval = await findUsedApproval(world.database.knex, run.id);
  const isOurs = approval !== null && isApproved(world, approval);
  const approved = isOurs ? await findChange(world.database.knex, approval.changeId) : null;
  if (approved === null) return { type: "run.escalated", reason: "the approved change is not known" };
  const policy = await policyOfRun(context, run);
  const gate = judgeGate(await readGateFacts(world, run, policy, { for: "push" }));
  if (!gate.open) return escalated(`the gate is shut for this push: ${gate.because.join("; ")}`);
  const known = change.mergedSha ? await publishedFiles(context, run) : [];
  const approvedFiles = [...approved.diff.files, ...known];
  const beyond = beyondApproval(approvedFiles, change.diff.files, policy.iteration_extra_files);
  return beyond.length === 0
    ? null
    : escalated(`the fix goes beyond the approved files: ${beyond.join(", ")}`);
}

function escalated(reason: string): Event {
  return { type: "run.escalated", reason: reason.slice(0, 4_000) };
}

/** A merge shows the whole pull request: what earlier fixes were allowed to touch is in it again. */
async function publishedFiles({ world }: AppContext, run: Run): Promise<FileChange[]> {
  const entries = await readJournal(world.database.knex, run.id, { types: ["change.published"] });
  const ids = entries.flatMap(({ event }) => (event.type === "change.published" ? [event.changeId] : []));
  const changes = await Promise.all(ids.map((id) => findChange(world.database.knex, id)));
  return changes.flatMap((change) => change?.diff.files ?? []);
}

async function eventOf(
  context: AppContext,
  run: Run,
  change: StoredChange,
  result: PushResult,
): Promise<Event | null> {
  switch (result.kind) {
    case "published":
    case "already":
      return published(context, run, change);
    case "moved":
      return { type: "run.escalated", reason: movedBranch(run, result.remoteSha) };
    case "refused":
      return { type: "publish.failed", reason: result.violations.join("; ").slice(0, 2_000) };
    case "failed":
      return null;
    default:
      return result satisfies never;
  }
}

async function published(context: AppContext, run: Run, change: StoredChange): Promise<Event> {
  if (run.state === "PUSHED") return { type: "branch.published", sha: change.sha };
  const spec = await specOf(context, change);
  const answers = spec?.packet.feedback.map(({ reviewId }) => reviewId) ?? [];
  const about = { changeId: change.id, sha: change.sha, answers };
  return { type: "change.published", ...about, ...(spec ? { attempt: spec.attempt } : {}) };
}

/** The remote did not take it this time; when no try is left a person is asked. */
async function again(
  context: AppContext,
  job: Job,
  lease: Lease,
  run: Run,
  result: PushResult,
): Promise<Outcome> {
  const why = result.kind === "failed" ? `${result.failure}: ${result.stderr.slice(0, 500)}` : result.kind;
  if (job.tries < job.maxTries) return { kind: "retry", why };
  return tell(context, job, lease, run, { type: "publish.failed", reason: why });
}

async function tell(context: AppContext, job: Job, lease: Lease, run: Run, event: Event): Promise<Outcome> {
  const end = await lease.finish(async (trx) => {
    await advanceIn(context.world, trx, { runId: run.id, event, cause: `job:${job.id}:${job.claimId}` });
  });
  return end === "lost" ? { kind: "lost" } : { kind: "done" };
}
