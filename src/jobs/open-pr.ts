import { z } from "zod";
import type { Event } from "../core/event.ts";
import { judgeGate } from "../core/gate.ts";
import type { Job, Outcome } from "../core/job.ts";
import { movedBranch } from "../core/moved-branch.ts";
import type { Run } from "../core/run.ts";
import { type Approval, findApproval, stepApproval } from "../database/approvals.ts";
import type { StoredChange } from "../database/changes.ts";
import { findRun } from "../database/runs.ts";
import { advanceIn } from "../engine/advance.ts";
import { covers, isApproved } from "../engine/approval-mac.ts";
import { readGateFacts } from "../engine/gate-facts.ts";
import type { Lease } from "../engine/lease.ts";
import { policyOfRun } from "../engine/run-policy.ts";
import { type AppContext, targetOf } from "./context.ts";
import { alarmForged } from "./forged-approval.ts";
import { withToken } from "./lent-token.ts";
import type { PullFacts, Target } from "./ports.ts";
import { acceptedChange, pushChange } from "./push-change.ts";

const Payload = z.object({ approvalId: z.string() });

type Opening = {
  context: AppContext;
  job: Job;
  lease: Lease;
  run: Run;
  approval: Approval;
  change: StoredChange;
};
type Step =
  | { kind: "on" }
  | { kind: "event"; event: Event; approval: "void" | "used" }
  | { kind: "retry"; why: string };

/** Opens exactly the pull request that was confirmed. Every step may run again after a crash: it looks before it acts. */
export async function openPull(context: AppContext, job: Job, lease: Lease): Promise<Outcome> {
  const { approvalId } = Payload.parse(job.payload);
  const db = context.world.database.knex;
  const [run, approval] = [
    job.runId === null ? null : await findRun(db, job.runId),
    await findApproval(db, approvalId),
  ];
  if (run === null || approval === null || run.prNumber !== null) return { kind: "done" };
  if (approval.status !== "confirmed") return { kind: "done" }; // taken back or asked for anew in the meantime
  if (!isApproved(context.world, approval)) return alarmForged(context, job, approval);
  const change = await acceptedChange(context, run);
  if (change === null || !covers(approval, run, change))
    return end({ context, job, lease, run, approval }, OTHER_CHANGE);
  let opening = { context, job, lease, run, approval, change };
  for (const step of [checkGate, checkBase, publish, readBack, create]) {
    const result = await step(opening);
    if (result.kind === "retry") return retry(opening, result.why);
    if (result.kind === "event") return end(opening, result);
    // Publishing may have noted where the branch is.
    opening = { ...opening, run: (await findRun(db, run.id)) ?? run };
  }
  return { kind: "dead", why: "opening ended without a result" };
}

async function checkGate({ context, run, approval }: Opening): Promise<Step> {
  const facts = await readGateFacts(context.world, run, await policyOfRun(context, run));
  const gate = judgeGate(facts, approval.bypass);
  return gate.open ? { kind: "on" } : failed(`the gate is shut: ${gate.because.join("; ")}`);
}

/** A base that moved in files of the change voids the approval: what was shown is no longer what would be merged. */
async function checkBase({ context, run, approval, change, lease }: Opening): Promise<Step> {
  const { baseBranch } = approval;
  const at = { url: context.github.cloneUrl(run), branch: baseBranch, signal: lease.signal };
  const moved = await withToken(context, run, "read", (token) =>
    context.git.baseMove({ ...at, token, change }),
  );
  // Whoever passes by the gate has seen that the base moved.
  if (moved !== "same_files" || approval.bypass !== null) return { kind: "on" };
  const reason = `${baseBranch} has moved and now changes the same files`;
  return { kind: "event", event: { type: "change.stale", reason }, approval: "void" };
}

/** What stands on the branch already is only read back. */
async function publish({ context, run, change, lease }: Opening): Promise<Step> {
  if (run.publishedSha === change.sha) return { kind: "on" };
  const result = await pushChange(context, run, change, lease.signal);
  if (result.kind === "published" || result.kind === "already") return { kind: "on" };
  if (result.kind === "failed")
    return { kind: "retry", why: `${result.failure}: ${result.stderr.slice(0, 500)}` };
  return failed(
    result.kind === "moved"
      ? movedBranch(run, result.remoteSha)
      : result.kind === "refused"
        ? result.violations.join("; ")
        : "the branch could not be published",
  );
}

async function readBack({ context, run, change, lease }: Opening): Promise<Step> {
  const at = { url: context.github.branchUrl(targetOf(run)), branch: run.branch, signal: lease.signal };
  const head = await withToken(context, run, "read", (token) => context.git.remoteHead({ ...at, token }));
  return head === change.sha
    ? { kind: "on" }
    : failed(`${run.branch} is at ${head ?? "nothing"}, not at the approved commit`);
}

async function create({ context, run, approval, change }: Opening): Promise<Step> {
  const target = targetOf(run);
  // Turned down, asked for anew, paused or given up while it was being opened: then nothing is.
  const now = await findApproval(context.world.database.knex, approval.id);
  if (now?.status !== "confirmed") return failed(`the approval is ${now?.status ?? "gone"} by now`);
  if (run.state !== "PUSHED") return failed(`the run is ${run.state} by now`);
  const { title, body, baseBranch, draft } = approval;
  const made = await context.github.createPull(target, {
    title,
    body,
    head: run.branch,
    base: baseBranch,
    draft,
    issue: run.request.issue,
  });
  if (!made.ok) return failed(`${made.kind}: ${made.message}`);
  const step = await opened(context, target, made.pull, change);
  if (step.kind === "event" && step.approval === "used") await label(context, run, made.pull.number);
  return step;
}

async function label(context: AppContext, run: Run, number: number): Promise<void> {
  const { pr_labels } = await policyOfRun(context, run);
  if (pr_labels.length > 0) await context.github.labelPull(targetOf(run), number, pr_labels);
}

/**
 * What was written is read back: GitHub opens a pull request on whatever the branch holds at that moment, so one with
 * another head than the approved commit is closed again at once.
 */
async function opened(
  { github }: AppContext,
  target: Target,
  pull: PullFacts,
  change: StoredChange,
): Promise<Step> {
  if (pull.headSha !== change.sha) {
    await github.closePull(target, pull.number);
    const closed = "it is closed again, and somebody has moved the branch";
    return failed(
      `pull request #${pull.number} got head ${pull.headSha}, not the approved commit; ${closed}`,
    );
  }
  return {
    kind: "event",
    event: { type: "pr.opened", number: pull.number, url: pull.url, sha: change.sha },
    approval: "used",
  };
}

const OTHER_CHANGE = failed("the change that was approved is not the run's present one");

type Ending = Extract<Step, { kind: "event" }>;

function failed(reason: string): Ending {
  return {
    kind: "event",
    event: { type: "pr.open_failed", reason: reason.slice(0, 2_000) },
    approval: "void",
  };
}

async function retry(opening: Opening, why: string): Promise<Outcome> {
  if (opening.job.tries < opening.job.maxTries) return { kind: "retry", why };
  return end(opening, failed(why));
}

async function end(
  { context, job, lease, run, approval }: Omit<Opening, "change">,
  step: Ending,
): Promise<Outcome> {
  const finished = await lease.finish(async (trx) => {
    await stepApproval(trx, { id: approval.id, from: "confirmed", to: step.approval });
    await advanceIn(context.world, trx, {
      runId: run.id,
      event: step.event,
      cause: `open:${approval.id}:${job.claimId}`,
    });
  });
  return finished === "lost" ? { kind: "lost" } : { kind: "done" };
}
