import type { Event } from "../core/event.ts";
import type { FileChange } from "../core/evidence.ts";
import { judgeGate } from "../core/gate.ts";
import { beyondApproval } from "../core/iteration-scope.ts";
import type { Job, Outcome } from "../core/job.ts";
import { movedBranch } from "../core/moved-branch.ts";
import type { Run } from "../core/run.ts";
import { type Approval, findUsedApproval } from "../database/approvals.ts";
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
import { alarmForged } from "./forged-approval.ts";
import { withToken } from "./lent-token.ts";
import type { PushResult } from "./ports.ts";
import { findPushApproval, settlePush } from "./push-approval.ts";
import { acceptedChange, pushChange, specOf } from "./push-change.ts";

type Publishing = { context: AppContext; job: Job; lease: Lease; run: Run; approval: Approval | null };
type Held =
  | { kind: "free"; approval: Approval | null }
  | { kind: "sealed" }
  | { kind: "event"; event: Event; approval: Approval | null }
  | { kind: "forged"; approval: Approval };

/** Puts a sealed change on its branch: before approval where that is harmless, always once its pull request is open. */
export async function publishChange(context: AppContext, job: Job, lease: Lease): Promise<Outcome> {
  const run = job.runId === null ? null : await findRun(context.world.database.knex, job.runId);
  if (run === null || (run.state !== "PUSHED" && run.state !== "ITERATING")) return { kind: "done" };
  const unapproved = { context, job, lease, run, approval: null };
  const change = await acceptedChange(context, run);
  if (change === null)
    return tell(unapproved, {
      type: "publish.failed",
      reason: "the change does not carry the app's signature",
    });
  const held = await heldBack(context, run, change, lease.signal);
  if (held.kind === "sealed") return keepSealed(context, lease, run);
  if (held.kind === "forged") return alarmForged(context, job, held.approval);
  const publishing = { ...unapproved, approval: held.approval };
  if (held.kind === "event") return tell(publishing, held.event);
  const result = await pushChange(context, run, change, lease.signal);
  const event = await eventOf(context, run, change, result);
  return event ? tell(publishing, event) : again(publishing, result);
}

/** Why the change is not pushed now; each occasion has its own reasons. */
async function heldBack(
  context: AppContext,
  run: Run,
  change: StoredChange,
  signal: AbortSignal,
): Promise<Held> {
  if (run.state === "ITERATING" || run.prNumber !== null) return heldFromPull(context, run, change);
  const why = await startsTooMuch(context, run, change, signal);
  return why === null ? { kind: "free", approval: null } : { kind: "sealed" };
}

/** A later push passes the gate and stays in its scope; by policy it waits for a person as well, and is then judged anew. */
async function heldFromPull(context: AppContext, run: Run, change: StoredChange): Promise<Held> {
  const said =
    run.state === "PUSHED" ? await findPushApproval(context, run, change) : ({ kind: "unasked" } as const);
  if (said.kind === "forged") return said;
  if (said.kind === "awaited") return { kind: "sealed" };
  const approval = said.kind === "confirmed" ? said.approval : null;
  const event = await outOfScope(context, run, change);
  if (event !== null) return { kind: "event", event, approval };
  const { approve_iterations } = await policyOfRun(context, run);
  if (approval !== null || !approve_iterations) return { kind: "free", approval };
  return { kind: "event", event: { type: "change.ready", changeId: change.id, sha: change.sha }, approval };
}

/** An unapproved push may start workflows with the target's secrets; then the change stays sealed until it is approved. */
async function startsTooMuch(
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
  if (run.prNumber === null) return { type: "branch.published", sha: change.sha };
  const spec = await specOf(context, change);
  const answers = spec?.packet.feedback.map(({ reviewId }) => reviewId) ?? [];
  const about = { changeId: change.id, sha: change.sha, answers };
  return { type: "change.published", ...about, ...(spec ? { attempt: spec.attempt } : {}) };
}

/** The remote did not take it this time; when no try is left a person is asked. */
async function again(publishing: Publishing, result: PushResult): Promise<Outcome> {
  const { job } = publishing;
  const why = result.kind === "failed" ? `${result.failure}: ${result.stderr.slice(0, 500)}` : result.kind;
  if (job.tries < job.maxTries) return { kind: "retry", why };
  return tell(publishing, { type: "publish.failed", reason: why });
}

async function tell({ context, job, lease, run, approval }: Publishing, event: Event): Promise<Outcome> {
  const end = await lease.finish(async (trx) => {
    const told = approval === null ? event : await settlePush(trx, approval, event);
    const cause = `job:${job.id}:${job.claimId}`;
    await advanceIn(context.world, trx, { runId: run.id, event: told, cause });
  });
  return end === "lost" ? { kind: "lost" } : { kind: "done" };
}
