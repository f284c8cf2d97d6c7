import { budgetLeft } from "../core/budget.ts";
import type { Policy } from "../core/policy.ts";
import type { Run } from "../core/run.ts";
import { readBooks } from "../database/spending-books.ts";
import { policyOfRun } from "../engine/run-policy.ts";
import { type ActionContext, action } from "./action.ts";
import { RunInput, withRun } from "./named-run.ts";
import type { Fact } from "./reply.ts";

export const budget = action({
  summary: "Say what a run may still spend, try and change",
  aliases: [],
  tier: "read",
  requesterMay: true,
  input: RunInput,
  examples: ["/agentpr budget"],
  run: (context, actor, input) =>
    withRun(context, actor, input, async (run) => {
      const policy = await policyOfRun(context, run);
      const facts = [
        ...(await spendingFacts(context, run, policy)),
        ...triesLeft(run, policy),
        ...sizes(policy),
      ];
      return { ok: true, text: `What run ${run.id} has left`, facts, data: Object.fromEntries(facts) };
    }),
});

/** What is left of the limits, where any are set. */
export async function spendingFacts(
  { world }: Pick<ActionContext, "world">,
  run: Run,
  policy: Policy,
): Promise<Fact[]> {
  const books = await readBooks(world.database, world.database.knex, run);
  return budgetLeft({ books, policy });
}

function triesLeft(run: Run, policy: Policy): Fact[] {
  return [
    ["attempts in a row", of(run.failedInRow, policy.max_retryable_attempts)],
    ["iterations", of(run.iterations, policy.max_iterations)],
    ["fixes for red checks", of(run.ciFixes, policy.max_ci_fixes)],
  ];
}

function of(used: number, most: number): string {
  return most === 0 ? `${used} used, no limit` : `${Math.max(0, most - used)} of ${most}`;
}

/** 0 is no limit. */
function sizes(policy: Policy): Fact[] {
  const limit = (most: number, unit: string) => (most === 0 ? "no limit" : `${most} ${unit}`);
  return [
    ["a change may touch", limit(policy.max_changed_files, "files")],
    ["and add", limit(policy.max_added_lines, "lines")],
    ["Codex may take", limit(policy.max_agent_seconds, "seconds")],
  ];
}
