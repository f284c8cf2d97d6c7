import { z } from "zod";
import { newestApproval, stepApproval } from "../database/approvals.ts";
import { lockRun } from "../database/runs.ts";
import { advanceIn } from "../engine/advance.ts";
import { action } from "./action.ts";
import { nameOf } from "./actor.ts";
import { RunInput, withRun } from "./named-run.ts";
import { type Reply, refuse } from "./reply.ts";

export const rejectPr = action({
  summary: "Turn the change down; the reason goes to the next attempt",
  aliases: ["reject"],
  tier: "write",
  input: RunInput.extend({ reason: z.string().min(1).max(4_000).optional() }),
  examples: ["/agentpr reject too many files"],
  run: (context, actor, input) =>
    withRun(context, actor, input, async (run) => {
      const { world } = context;
      return world.database.transaction(async (trx): Promise<Reply> => {
        const { state = run.state } = (await lockRun(world.database, trx, run.id)) ?? {};
        if (state !== "PUSHED") return refuse(`Nothing to reject: the run is ${state}.`);
        const approval = await newestApproval(trx, run.id);
        // A confirmed one is closed as well: its pull request is not opened if it is not yet.
        for (const from of ["requested", "confirmed"] as const)
          if (approval) await stepApproval(trx, { id: approval.id, from, to: "rejected" });
        const event = {
          type: "approval.rejected",
          approvalId: approval?.id ?? null,
          by: nameOf(actor),
          reason: input.reason ?? "no reason was given",
        } as const;
        await advanceIn(world, trx, { runId: run.id, event, cause: actor.cause });
        return { ok: true, text: `Rejected; the next attempt is told why.`, data: { run_id: run.id } };
      });
    }),
});
