import { z } from "zod";
import { listArtifacts } from "../database/artifacts.ts";
import { type Attempt, listAttempts } from "../database/attempts.ts";
import { action } from "./action.ts";
import { logTails } from "./log-tails.ts";
import { RunInput, withRun } from "./named-run.ts";
import { type Fact, notFound, refuse } from "./reply.ts";
import { commandsTable } from "./run-tables.ts";

const MOST_COMMANDS = 200;

export const logs = action({
  summary: "Show what an attempt ran and the end of what was said",
  aliases: [],
  tier: "write",
  isQuestion: true,
  input: RunInput.extend({ attempt: z.coerce.number().int().min(1).optional() }),
  examples: ["agentpr logs --run-id run_1a2b3c4d5e6f --attempt 2"],
  run: async (context, actor, input) => {
    if (actor.via === "github") return refuse("Logs may hold anything, so they are not shown on GitHub.");
    return withRun(context, actor, input, async ({ id }) => {
      const db = context.world.database.knex;
      const attempts = await listAttempts(db, id);
      const attempt = attempts.findLast(
        ({ number }) => input.attempt === undefined || number === input.attempt,
      );
      if (attempt === undefined) return notFound(`Run ${id} has no such attempt.`);
      const tails = await logTails(attempt, await listArtifacts(db, id));
      return {
        ok: true,
        text: `Attempt ${attempt.number} of ${id}: ${attempt.status}, on runner ${attempt.runner}`,
        facts: ranFacts(attempt),
        sections: [commandsTable(attempt, MOST_COMMANDS), ...tails],
        data: { run_id: id, attempt: attempt.number, status: attempt.status, log_tails: tails },
      };
    });
  },
});

function ranFacts({ report, progress }: Attempt): Fact[] {
  if (report === null)
    return Object.entries(progress ?? {}).map(([name, value]) => [name, JSON.stringify(value)]);
  return report.evidence.commands
    .slice(-20)
    .map(({ command, exitCode }): Fact => [exitCode === null ? "cut off" : `exit ${exitCode}`, command]);
}
