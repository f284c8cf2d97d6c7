import { newestApproval, stepApproval } from "../database/approvals.ts";
import { advanceIn } from "../engine/advance.ts";
import { action } from "./action.ts";
import { nameOf } from "./actor.ts";
import { RunInput, withRun } from "./named-run.ts";
import { refuse } from "./reply.ts";

export const withdrawPr = action({
  summary: "Take a request for the pull request back; nothing is opened",
  aliases: ["withdraw"],
  tier: "write",
  input: RunInput,
  examples: ["/agentpr withdraw"],
  run: (context, actor, input) =>
    withRun(context, actor, input, async (run) => {
      const { world } = context;
      const approval = await newestApproval(world.database.knex, run.id);
      if (approval?.status !== "requested") return refuse("There is no request to take back.");
      const by = nameOf(actor);
      const isTaken = await world.database.transaction(async (trx) => {
        if (!(await stepApproval(trx, { id: approval.id, from: "requested", to: "void" }))) return false;
        const event = { type: "approval.withdrawn", approvalId: approval.id, by } as const;
        await advanceIn(world, trx, { runId: run.id, event, cause: actor.cause });
        return true;
      });
      if (!isTaken) return refuse("Not taken back: somebody else dealt with this request a moment ago.");
      return { ok: true, text: "The request is taken back; nothing was opened.", data: { run_id: run.id } };
    }),
});
