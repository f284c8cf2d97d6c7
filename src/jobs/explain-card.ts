import { createHash } from "node:crypto";
import type { CardQuestion } from "../actions/card-question.ts";
import type { Explainer, Said } from "../actions/explanation.ts";
import { answerSchema } from "../core/manager-question.ts";
import { findAnswerAbout, forgetAbandoned } from "../database/manager-calls.ts";
import type { World } from "../engine/world.ts";
import { askManager } from "./ask-manager.ts";
import type { Manager } from "./context.ts";

type Options = {
  world: World;
  /** Made when something is asked: most processes only look at what was answered. */
  manager(): Promise<Manager>;
};

/** What a card is about is the whole question, so it is asked once, whichever front end shows it and by whichever model. */
export function createExplainer({ world, manager }: Options): Explainer {
  const known = async ({ run, question }: CardQuestion): Promise<Said | null> => {
    const about = { runId: run.id, question: question.name, subject: subjectOf(question) };
    const row = await findAnswerAbout(world.database.knex, about);
    const answer = answerSchema(question).safeParse(row?.answer);
    return row !== null && answer.success ? { answer: answer.data, model: row.model } : null;
  };
  return {
    known,
    ask: async (asked, signal) => {
      const before = await known(asked);
      if (before !== null) return before;
      const { port, mode } = await manager();
      const { run, policy, question } = asked;
      const subject = subjectOf(question);
      await forgetAbandoned(world.database, { runId: run.id, question: question.name, subject });
      const ask = { run, policy, question, subject, signal };
      const heard = await askManager({ world, manager: { port, mode } }, ask);
      return heard.kind === "answered"
        ? { answer: heard.answer, model: port?.model ?? "" }
        : { why: heard.why };
    },
  };
}

function subjectOf(question: CardQuestion["question"]): string {
  return `card:${createHash("sha256").update(JSON.stringify(question)).digest("hex").slice(0, 32)}`;
}
