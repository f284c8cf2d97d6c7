import { createHash } from "node:crypto";
import type { AttemptReport } from "../core/attempt.ts";
import { type Advised, type Chosen, choose, matterOf } from "../core/choose-decision.ts";
import type { DecisionFacts, Ruling } from "../core/decision.ts";
import { decisiveFacts } from "../core/decision-facts.ts";
import { LEGAL, legalKinds } from "../core/legal-decisions.ts";
import type { Question } from "../core/manager-question.ts";
import { figuresOf, wordsAbout } from "../core/told-attempt.ts";
import { listAttempts } from "../database/attempts.ts";
import { askManager } from "./ask-manager.ts";
import type { AppContext } from "./context.ts";

/** The rules' decision; where they leave a choice and a model may be asked, what it would rather have. */
export async function advise(
  context: AppContext,
  facts: DecisionFacts,
  ruling: Ruling,
  signal: AbortSignal,
): Promise<Chosen> {
  const { mode } = context.manager;
  const matter = matterOf(mode, ruling, facts);
  if (matter === null) return choose(mode, ruling, { kind: "unasked" });
  const advised =
    matter === "diagnose_failure"
      ? await askDiagnosis(context, facts, signal)
      : await askChoice(context, facts, ruling, signal);
  return choose(mode, ruling, advised);
}

async function askChoice(
  context: AppContext,
  facts: DecisionFacts,
  ruling: Ruling,
  signal: AbortSignal,
): Promise<Advised> {
  const { run, policy, history } = facts;
  const report = await newestReport(context, run.id);
  const question: Question<"choose_decision"> = {
    name: "choose_decision",
    facts: {
      ...decisiveFacts(facts),
      situation: LEGAL[ruling.rule]?.when ?? ruling.rule,
      rules_would: ruling.decision.kind,
      newest_attempt: report && figuresOf(report),
    },
    words: wordsAbout(report),
    choices: legalKinds(ruling),
  };
  const subject = `${ruling.rule}:${run.epoch}:${history.requested}`;
  const heard = await askManager(context, { run, policy, question, subject, signal });
  return heard.kind === "failed" ? heard : { kind: "chose", answer: heard.answer };
}

async function askDiagnosis(
  context: AppContext,
  facts: DecisionFacts,
  signal: AbortSignal,
): Promise<Advised> {
  const { run, policy, history } = facts;
  const report = await newestReport(context, run.id);
  const question: Question<"diagnose_failure"> = {
    name: "diagnose_failure",
    facts: { ...decisiveFacts(facts), newest_attempt: report && figuresOf(report) },
    words: { request: `${run.request.title}\n\n${run.request.body}`, ...wordsAbout(report) },
  };
  const subject = `attempt:${history.verdict?.attempt ?? 0}`;
  const heard = await askManager(context, { run, policy, question, subject, signal });
  return heard.kind === "failed" ? heard : { kind: "diagnosed", answer: heard.answer };
}

async function newestReport({ world }: AppContext, runId: string): Promise<AttemptReport | null> {
  const attempts = await listAttempts(world.database.knex, runId);
  return attempts.findLast(({ report }) => report !== null)?.report ?? null;
}

/** Two decisions on the same facts carry the same hash. */
export function hashOfFacts(facts: DecisionFacts): string {
  return createHash("sha256")
    .update(JSON.stringify(decisiveFacts(facts)))
    .digest("hex")
    .slice(0, 16);
}
