import { ADVICE } from "../core/advice.ts";
import { decide } from "../core/decision.ts";
import { decisiveFacts } from "../core/decision-facts.ts";
import { suggestible } from "../core/explanation.ts";
import type { Question } from "../core/manager-question.ts";
import type { Policy } from "../core/policy.ts";
import type { Run } from "../core/run.ts";
import { figuresOf, wordsAbout } from "../core/told-attempt.ts";
import { newestApproval } from "../database/approvals.ts";
import { listAttempts } from "../database/attempts.ts";
import { readJournal } from "../database/journal.ts";
import { readDecisionFacts } from "../engine/decision-facts.ts";
import type { ActionContext } from "./action.ts";
import { gateOf } from "./show-gate.ts";

export type CardQuestion = { run: Run; policy: Policy; question: Question<"explain_card"> };

/**
 * What a model is asked about where a run stands. No time and no progress is in it, so that the same card is the same
 * question; null where nobody can do anything about the run any more.
 */
export async function cardQuestion(context: ActionContext, run: Run): Promise<CardQuestion | null> {
  const choices = suggestible(run);
  if (choices.length === 0) return null;
  const db = context.world.database.knex;
  const facts = await readDecisionFacts(context, run, await readJournal(db, run.id));
  const report = (await listAttempts(db, run.id)).findLast((each) => each.report !== null)?.report ?? null;
  const gate = await gateOf(context, run);
  const open = gate?.checks.filter(({ outcome }) => outcome !== "ok") ?? [];
  return {
    run,
    policy: facts.policy,
    question: {
      name: "explain_card",
      facts: {
        run: run.id,
        ...decisiveFacts(facts),
        // It may be somebody's words.
        reason: null,
        rules_decide: decide(facts).kind,
        newest_attempt: report && { ...figuresOf(report), means: ADVICE[report.grade.reason].means },
        gate: gate && open.map(({ title, outcome }) => ({ title, outcome })),
        request: (await newestApproval(db, run.id))?.status ?? null,
      },
      words: {
        asked_for: `${run.request.title}\n\n${run.request.body}`,
        why_it_stands_there: run.reason ?? "",
        gate: open.map(({ title, reason }) => `${title}: ${reason ?? ""}`).join("\n"),
        ...wordsAbout(report),
      },
      choices,
    },
  };
}
