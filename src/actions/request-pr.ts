import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import { type Gate, type GateFacts, judgeGate } from "../core/gate.ts";
import type { Policy } from "../core/policy.ts";
import type { Run } from "../core/run.ts";
import { surveyEvent } from "../core/survey-event.ts";
import { type Approval, insertApproval } from "../database/approvals.ts";
import { advance, advanceIn } from "../engine/advance.ts";
import { approvalParts } from "../engine/approval-mac.ts";
import { readGateFacts } from "../engine/gate-facts.ts";
import { policyOfRun } from "../engine/run-policy.ts";
import { sign } from "../engine/sign.ts";
import { type ActionContext, action } from "./action.ts";
import { type Actor, identityOf, mayHaveCode, nameOf } from "./actor.ts";
import { bypassOf, flag } from "./bypass.ts";
import { gateText } from "./describe-gate.ts";
import { requestFacts } from "./describe-request.ts";
import { draftPull, draftPush } from "./draft-request.ts";
import { RunInput, withRun } from "./named-run.ts";
import { type Reply, refuse } from "./reply.ts";
import { type Surveyed, unseen } from "./survey.ts";
import type { Prose } from "./write-prose.ts";

const LONGEST_TTL = 10_080;

const Input = RunInput.extend({
  title: z
    .string()
    .trim()
    .min(1)
    .max(250)
    .regex(/^[^\r\n]+$/)
    .optional(),
  body: z.string().max(60_000).optional(),
  base: z.string().trim().min(1).max(250).optional(),
  head: z.string().trim().min(1).max(250).optional(),
  draft: flag,
  skip_repo_pr_template: flag,
  skip_about_forge: flag,
  confirm_ttl_minutes: z.coerce.number().int().min(1).max(LONGEST_TTL).optional(),
  allow_dod_bypass: flag,
  reason: z.string().trim().min(1).max(2_000).optional(),
});
export type RequestInput = z.infer<typeof Input>;

export const requestPr = action({
  summary: "Ask to open the pull request: checks the gate and shows exactly what would be opened",
  aliases: ["request-pr"],
  tier: "write",
  input: Input,
  examples: [
    "/agentpr request-pr",
    'agentpr request-open-pr --run-id run_1a2b3c4d5e6f --title "feat: add widgets"',
  ],
  run: (context, actor, input) =>
    withRun(context, actor, input, (run) => request(context, actor, run, input)),
});

/** Everything that a request is made of. */
export type Requesting = {
  run: Run;
  input: RequestInput;
  policy: Policy;
  facts: GateFacts;
  gate: Gate;
  survey: Surveyed;
  bypass: string | null;
};

async function request(context: ActionContext, actor: Actor, run: Run, input: RequestInput): Promise<Reply> {
  const bypass = bypassOf(actor, input);
  const why = bypass.kind === "refused" ? bypass.why : (headFault(run, input) ?? pushFault(run, input));
  if (bypass.kind === "refused" || why !== null) return refuse(`Not requested: ${why}.`);
  const asked = await look(context, run, input, bypass.reason);
  if (!asked.gate.open) return shutOut(context, actor, asked);
  const drafted = run.prNumber === null ? await draftPull(context, asked) : draftPush(asked, run.prNumber);
  if (drafted === null) return refuse("There is no sealed change.");
  const { draft, note } = drafted;
  const code = randomBytes(6).toString("hex").toUpperCase();
  const approval = {
    ...draft,
    codeHash: mayHaveCode(actor) ? hashCode(code) : null,
    requestedBy: nameOf(actor),
    requestedAs: identityOf(actor),
  };
  return (await store(context, actor, { approval, note, ttlMs: ttlOf(actor, asked) }))
    ? shown(actor, run, approval, code)
    : refuse("This request was made already.");
}

/** What was found out beside the refusal, the run is told at once: it begins anew, or stops for a person. */
async function shutOut(
  { world }: ActionContext,
  actor: Actor,
  { run, gate, facts }: Requesting,
): Promise<Reply> {
  const event = surveyEvent(facts);
  if (event !== null) await advance(world, { runId: run.id, event, cause: `${actor.cause}:survey` });
  return refuse(
    `${gateText(gate)}${event?.type === "change.stale" ? " The change is made anew on it." : ""}`,
  );
}

/** Pull requests are opened from the run's own branch, and from nowhere else. */
function headFault(run: Run, { head }: RequestInput): string | null {
  if (head === undefined) return null;
  const owner = run.fork?.owner ?? run.owner;
  const isOwn = head === run.branch || head.toLowerCase() === `${owner}:${run.branch}`.toLowerCase();
  return isOwn ? null : `the pull request of this run can only come from ${owner}:${run.branch}`;
}

/** Title, text and base are the open pull request's, and a later push passes the gate as it is. */
function pushFault(
  { prNumber }: Run,
  { title, body, base, draft, allow_dod_bypass }: RequestInput,
): string | null {
  if (prNumber === null) return null;
  if (allow_dod_bypass) return "a later push passes the gate without any bypass";
  const isPlain = [title, body, base, draft].every((given) => given === undefined);
  return isPlain ? null : `pull request #${prNumber} is open already; only the push is asked for`;
}

async function look(
  context: ActionContext,
  run: Run,
  input: RequestInput,
  bypass: string | null,
): Promise<Requesting> {
  const { world, survey } = context;
  const policy = await policyOfRun(context, run);
  const stored = await readGateFacts(world, run, policy);
  const wanted = {
    baseBranch: input.base ?? run.baseBranch,
    template: run.prNumber === null && !input.skip_repo_pr_template && stored.report?.pullTemplate === null,
    title: stored.change?.message ?? "",
  };
  const seen =
    survey === undefined || stored.change === null
      ? unseen("this process has no access to GitHub")
      : await survey(run, stored.change, wanted);
  // Where the branch must be, the push itself finds out; a moved base is what the next fix is about.
  const facts = { ...stored, surroundings: stored.for === "push" ? null : seen.surroundings };
  return { run, input, policy, facts, gate: judgeGate(facts, bypass), survey: seen, bypass };
}

/** Only the operator may let a request wait longer than policy says. */
function ttlOf(actor: Actor, { input, policy }: Requesting): number {
  const minutes = input.confirm_ttl_minutes ?? policy.approval_ttl_minutes;
  return (actor.via === "cli" ? minutes : Math.min(minutes, policy.approval_ttl_minutes)) * 60_000;
}

type NewApproval = Omit<Approval, "expiresAt" | "createdAt">;
type Storing = { approval: NewApproval; note: Prose["note"]; ttlMs: number };

async function store(
  { world }: ActionContext,
  actor: Actor,
  { approval, note, ttlMs }: Storing,
): Promise<boolean> {
  const mac = world.key === null ? null : sign(world.key, "request", approvalParts(approval));
  const noted = await world.database.transaction(async (trx) => {
    await insertApproval(world.database, trx, { ...approval, mac }, ttlMs);
    const { id: approvalId, requestedBy: by, runId, bypass } = approval;
    if (note !== null) await advanceIn(world, trx, { runId, event: note, cause: `${actor.cause}:prose` });
    const event = {
      type: "approval.requested",
      approvalId,
      by,
      ...(bypass === null ? {} : { bypass }),
    } as const;
    return advanceIn(world, trx, { runId, event, cause: `${actor.cause}:request` });
  });
  return noted.kind !== "duplicate";
}

function shown(actor: Actor, run: Run, approval: NewApproval, code: string): Reply {
  const { id, sha, title, body, baseBranch, draft, bypass } = approval;
  const data = { approval_id: id, sha, title, body, base: baseBranch, head: run.branch, draft, bypass };
  const commit = `commit ${sha.slice(0, 12)}`;
  const text =
    run.prNumber === null
      ? `Ready to open “${title}” into ${baseBranch}: ${commit}. Confirm it to open the pull request.`
      : `Ready to push “${title}” to pull request #${run.prNumber}: ${commit}. Confirm it to push.`;
  return {
    ok: true,
    text,
    facts: requestFacts(approval),
    data: { ...data, ...approval.shown },
    ...(mayHaveCode(actor) ? { secret: code } : {}),
  };
}

/** Codes are kept only as hashes: reading the database does not help anybody to approve. */
export function hashCode(code: string): string {
  return createHash("sha256").update(code.trim().toUpperCase()).digest("hex");
}
