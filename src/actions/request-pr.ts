import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import type { AttemptReport } from "../core/attempt.ts";
import { judgeGate } from "../core/gate.ts";
import { pullBody, pullTitle } from "../core/pull-text.ts";
import type { Run } from "../core/run.ts";
import { insertApproval } from "../database/approvals.ts";
import { advanceIn } from "../engine/advance.ts";
import { approvalParts } from "../engine/approval-mac.ts";
import { readGateFacts } from "../engine/gate-facts.ts";
import { policyOfRun } from "../engine/run-policy.ts";
import { sign } from "../engine/sign.ts";
import { type ActionContext, action } from "./action.ts";
import { type Actor, mayHaveCode, nameOf } from "./actor.ts";
import { RunInput, withRun } from "./named-run.ts";
import { type Reply, refuse } from "./reply.ts";

const Input = RunInput.extend({
  title: z
    .string()
    .trim()
    .min(1)
    .max(250)
    .regex(/^[^\r\n]+$/)
    .optional(),
  body: z.string().max(60_000).optional(),
  draft: z.boolean().optional(),
});
type Input = z.infer<typeof Input>;

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

async function request(context: ActionContext, actor: Actor, run: Run, input: Input): Promise<Reply> {
  const { world } = context;
  const policy = await policyOfRun(context, run);
  const facts = await readGateFacts(world, run, policy);
  const gate = judgeGate(facts);
  if (!gate.open) return refuse(`The gate is shut: ${gate.because.join("; ")}.`);
  const { change, report } = facts;
  if (change === null || report === null) return refuse("There is no sealed change.");
  const code = randomBytes(6).toString("hex").toUpperCase();
  const approval = {
    id: `apr_${randomBytes(6).toString("hex")}`,
    runId: run.id,
    changeId: change.id,
    sha: change.sha,
    baseBranch: run.baseBranch,
    baseSha: change.baseSha,
    title: input.title ?? pullTitle(change),
    body: pullBody({ run, change, report: report satisfies AttemptReport, prose: input.body ?? null }),
    draft: input.draft ?? policy.draft_pr,
    status: "requested" as const,
    codeHash: mayHaveCode(actor) ? hashCode(code) : null,
    guesses: 0,
    requestedBy: nameOf(actor),
    confirmedBy: null,
    mac: null,
  };
  const mac = world.key === null ? null : sign(world.key, "request", approvalParts(approval));
  const noted = await world.database.transaction(async (trx) => {
    await insertApproval(world.database, trx, { ...approval, mac }, policy.approval_ttl_minutes * 60_000);
    const event = { type: "approval.requested", approvalId: approval.id, by: approval.requestedBy } as const;
    return advanceIn(world, trx, { runId: run.id, event, cause: `${actor.cause}:request` });
  });
  if (noted.kind === "duplicate") return refuse("This request was made already.");
  return shown(actor, approval, code);
}

type Shown = { id: string; sha: string; title: string; body: string; baseBranch: string };

function shown(actor: Actor, { id, sha, title, body, baseBranch }: Shown, code: string): Reply {
  return {
    ok: true,
    text: `Ready to open “${title}” into ${baseBranch}: commit ${sha.slice(0, 12)}. Confirm it to open the pull request.`,
    facts: [
      ["title", title],
      ["base", baseBranch],
      ["commit", sha],
      ["body", body],
    ],
    data: { approval_id: id, sha, title, body, base: baseBranch },
    ...(mayHaveCode(actor) ? { secret: code } : {}),
  };
}

/** Codes are kept only as hashes: reading the database does not help anybody to approve. */
export function hashCode(code: string): string {
  return createHash("sha256").update(code.trim().toUpperCase()).digest("hex");
}
