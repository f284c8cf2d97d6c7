import { timingSafeEqual } from "node:crypto";
import type { Knex } from "knex";
import { z } from "zod";
import { notTwoPeople } from "../core/people.ts";
import { isRoleAtLeast } from "../core/role.ts";
import type { Run } from "../core/run.ts";
import { type Approval, countGuess, newestApproval, stepApproval } from "../database/approvals.ts";
import { readNow } from "../database/connect.ts";
import { advance, advanceIn } from "../engine/advance.ts";
import { approvalParts } from "../engine/approval-mac.ts";
import { policyOfRun } from "../engine/run-policy.ts";
import { isSigned, sign } from "../engine/sign.ts";
import type { World } from "../engine/world.ts";
import { type ActionContext, action } from "./action.ts";
import { type Actor, identityOf, mayUse, nameOf } from "./actor.ts";
import { bypassOf, flag } from "./bypass.ts";
import { RunInput, withRun } from "./named-run.ts";
import { type Reply, refuse } from "./reply.ts";
import { hashCode } from "./request-pr.ts";

const MOST_GUESSES = 5;

const Input = RunInput.extend({
  confirm_token: z.string().max(200).optional(),
  /** On GitHub nothing is private, so the person is the authority and names the commit. */
  sha: z
    .string()
    .regex(/^[0-9a-f]{7,64}$/)
    .optional(),
  allow_dod_bypass: flag,
  reason: z.string().trim().min(1).max(2_000).optional(),
});
type Input = z.infer<typeof Input>;

export const approvePr = action({
  summary: "Confirm the request: the engine opens exactly that pull request",
  aliases: ["approve", "approve-pr"],
  tier: "write",
  input: Input,
  examples: [
    "/agentpr approve 1a2b3c4",
    "agentpr approve-open-pr --run-id run_1a2b3c4d5e6f --confirm-token 0A1B2C3D4E5F --confirm",
  ],
  run: (context, actor, input) =>
    withRun(context, actor, input, (run) => approve(context, actor, run, input)),
});

async function approve(context: ActionContext, actor: Actor, run: Run, input: Input): Promise<Reply> {
  const { world } = context;
  const bypass = bypassOf(actor, input);
  if (bypass.kind === "refused") return refuse(`Not approved: ${bypass.why}.`);
  if (bypass.kind === "given" && run.prNumber !== null)
    return refuse("Not approved: a later push passes the gate without any bypass.");
  const approval = await newestApproval(world.database.knex, run.id);
  const why =
    approval === null
      ? "nobody has requested the pull request yet"
      : await unusable(context, actor, run, approval, input);
  if (approval === null || why !== null) return refuse(`Not approved: ${why}.`);
  const taken = { ...approval, bypass: bypass.reason ?? approval.bypass };
  const confirmed = await world.database.transaction((trx) => confirm(context, actor, taken, trx));
  if (!confirmed) return refuse("Not approved: somebody else dealt with this request a moment ago.");
  return {
    ok: true,
    text: `Confirmed for commit ${approval.sha.slice(0, 12)}: ${run.prNumber === null ? "the pull request is being opened" : `it is being pushed to pull request #${run.prNumber}`}.`,
    data: { run_id: run.id, sha: approval.sha },
  };
}

/** Why this person may not confirm this request now, or null. */
async function unusable(
  context: ActionContext,
  actor: Actor,
  run: Run,
  approval: Approval,
  input: Input,
): Promise<string | null> {
  if (approval.status === "used" && run.state === "PUSHED") return "nobody has requested the push yet";
  if (approval.status !== "requested") return `the request is ${approval.status}`;
  if (approval.expiresAt <= (await readNow(context.world.database))) return expire(context, run, approval);
  if (!isAsShown(context.world, approval)) return "the request is not what was shown; make it anew";
  if (run.state !== "PUSHED") return `the run is ${run.state}, not PUSHED`;
  if (run.changeSha !== approval.sha) return "the change is no longer the one that was shown";
  const alone = await onePerson(context, actor, run, approval);
  if (alone !== null) return alone;
  if (actor.via === "github") return personBlocks(context, actor.role, run, approval, input);
  if (actor.via === "telegram" && !mayUse(actor, "admin")) return "only the admin tier may approve here";
  // The button stood on exactly this request, could be pressed once, and its presser is known to Telegram.
  if (actor.via === "telegram" && actor.pressed === approval.id) return null;
  return codeBlocks(context, approval, input);
}

/** Before the code is looked at, so that somebody who may not confirm at all wastes no guess. */
async function onePerson(
  context: ActionContext,
  actor: Actor,
  run: Run,
  { requestedAs }: Approval,
): Promise<string | null> {
  const { distinct_approver, people } = await policyOfRun(context, run);
  return distinct_approver ? notTwoPeople(people, { requestedAs, confirmedAs: identityOf(actor) }) : null;
}

/** What was signed when it was asked for is what is confirmed now, whatever has been written into its row since. */
function isAsShown({ key }: World, approval: Approval): boolean {
  return key !== null && isSigned(key, "request", approvalParts(approval), approval.mac);
}

async function expire({ world }: ActionContext, run: Run, approval: Approval): Promise<string> {
  await stepApproval(world.database.knex, { id: approval.id, from: "requested", to: "expired" });
  await advance(world, {
    runId: run.id,
    event: { type: "approval.expired", approvalId: approval.id },
    cause: `expired:${approval.id}`,
  });
  return "the request has expired; request the pull request again";
}

async function personBlocks(
  context: ActionContext,
  role: Parameters<typeof isRoleAtLeast>[0],
  run: Run,
  approval: Approval,
  input: Input,
): Promise<string | null> {
  const { approve_role } = await policyOfRun(context, run);
  if (!isRoleAtLeast(role, approve_role)) return `only people with the ${approve_role} role may approve here`;
  if (!input.sha) return `name the commit: ${approval.sha.slice(0, 12)}`;
  return approval.sha.startsWith(input.sha)
    ? null
    : `the request is for commit ${approval.sha.slice(0, 12)}, not ${input.sha}`;
}

async function codeBlocks(
  { world }: ActionContext,
  approval: Approval,
  input: Input,
): Promise<string | null> {
  if (approval.codeHash === null)
    return "this request has no code: confirm it where it was made, or request it again here";
  if (!input.confirm_token) return "the confirmation code is missing";
  // Counted before it is looked at, so that guesses which arrive together are not free.
  const guesses = await countGuess(world.database.knex, approval.id);
  if (guesses > MOST_GUESSES) return "too many wrong codes; request the pull request again";
  const isRight = timingSafeEqual(Buffer.from(hashCode(input.confirm_token)), Buffer.from(approval.codeHash));
  return isRight ? null : `the code is wrong (${MOST_GUESSES - guesses} tries left)`;
}

async function confirm(
  { world }: ActionContext,
  actor: Actor,
  approval: Approval,
  trx: Knex.Transaction,
): Promise<boolean> {
  if (world.key === null) return false;
  const confirmedBy = nameOf(actor);
  const { id, bypass } = approval;
  const mac = sign(world.key, "approval", approvalParts({ ...approval, confirmedBy }));
  const step = { id, from: "requested", to: "confirmed", confirmedBy, mac, bypass } as const;
  if (!(await stepApproval(trx, step))) return false;
  const said = { approvalId: id, by: confirmedBy, ...(bypass === null ? {} : { bypass }) };
  const event = { type: "approval.confirmed", ...said } as const;
  return (
    (await advanceIn(world, trx, { runId: approval.runId, event, cause: `${actor.cause}:confirm` })).kind !==
    "duplicate"
  );
}
