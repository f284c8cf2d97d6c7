import { z } from "zod";
import { insertNotice } from "../database/notices.ts";
import { action } from "./action.ts";
import { nameOf } from "./actor.ts";
import { RunInput, withRun } from "./named-run.ts";

export const notify = action({
  summary: "Leave a notice about a run for whoever looks after it",
  aliases: ["notify-user"],
  tier: "write",
  input: RunInput.extend({
    message: z.string().trim().min(1).max(3_000),
    priority: z.enum(["low", "normal", "high", "urgent"]).default("normal"),
  }),
  examples: [
    '/agentpr notify message="ask upstream first"',
    'agentpr notify-user --run-id run_1a2b3c4d5e6f --message "ask upstream first" --priority high',
  ],
  run: (context, actor, input) =>
    withRun(context, actor, input, async ({ id }) => {
      const { database } = context.world;
      const { message, priority } = input;
      const text = `${nameOf(actor)}: ${message}`;
      await insertNotice(database, database.knex, { runId: id, priority, text, cause: actor.cause });
      return { ok: true, text: `Noted on ${id}.`, data: { run_id: id, priority, message } };
    }),
});
