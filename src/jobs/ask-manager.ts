import { createHash } from "node:crypto";
import { budgetLines, isOver } from "../core/budget.ts";
import { costOf, priceOf, tokensOf } from "../core/cost.ts";
import {
  type Answer,
  type Asked,
  answerSchema,
  type ManagerPort,
  type Question,
  type QuestionName,
} from "../core/manager-question.ts";
import type { Policy } from "../core/policy.ts";
import type { Run } from "../core/run.ts";
import { beginCall, endCall, findAnswer, forgetCall } from "../database/manager-calls.ts";
import { readBooks } from "../database/spending-books.ts";
import type { AppContext } from "./context.ts";

export type Ask<N extends QuestionName> = {
  run: Run;
  policy: Policy;
  question: Question<N>;
  /** What it is about: a model is asked once about each thing. */
  subject: string;
  signal: AbortSignal;
};

export type Heard<N extends QuestionName> =
  | { kind: "answered"; answer: Answer<N> }
  | { kind: "failed"; why: string };

type Asking = Pick<AppContext, "world" | "manager">;

/** Asks the manager's model, unless it has answered this before, was asked about it before, or may not spend any more. */
export async function askManager<N extends QuestionName>(context: Asking, ask: Ask<N>): Promise<Heard<N>> {
  const { port } = context.manager;
  const { database } = context.world;
  if (port === null) return { kind: "failed", why: "no model is set" };
  const inputHash = hashOf([port.endpoint, port.model, ask.question]);
  const known = answerSchema(ask.question).safeParse(await findAnswer(database.knex, inputHash));
  if (known.success) return { kind: "answered", answer: known.data };
  const barred = await whyNot(context, ask, port.model);
  if (barred !== null) return { kind: "failed", why: barred };
  const { run, question, subject, signal } = ask;
  const about = { runId: run.id, repositoryId: run.repositoryId, question: question.name, subject };
  const call = await beginCall(database, database.knex, { ...about, model: port.model, inputHash });
  if (call === null) return { kind: "failed", why: "it was asked about this before, without an answer" };
  const asked = await askTraced(context, ask, port);
  if (asked.kind === "failed" && signal.aborted) return giveUp(context, call);
  return record(context, ask, { call, port, asked });
}

function askTraced<N extends QuestionName>(
  { world: { tracing } }: Asking,
  { run, policy, question, signal }: Ask<N>,
  port: ManagerPort,
): Promise<Asked<N>> {
  const work = () => port.ask(question, signal);
  if (tracing === undefined) return work();
  const { model, endpoint } = port;
  const about = { runId: run.id, question: question.name, model, endpoint };
  return tracing.question({ ...about, price: priceOf(model, policy.prices) }, work);
}

/** Nothing is spent on questions where a limit is used up, nor where the amount could not be told. */
async function whyNot(
  { world }: Asking,
  { run, policy }: { run: Run; policy: Policy },
  model: string,
): Promise<string | null> {
  const lines = budgetLines({ books: await readBooks(world.database, world.database.knex, run), policy });
  if (lines.some(isOver)) return "the budget is used up";
  const unpriced = priceOf(model, policy.prices) === null && lines.some(({ kind }) => kind === "cost");
  return unpriced ? `a cost is limited, but \`prices\` has none for ${model}` : null;
}

/** The work was taken away in the middle of the question: whoever takes it up asks anew. */
async function giveUp({ world }: Asking, call: number): Promise<never> {
  await forgetCall(world.database.knex, call);
  throw new Error("the question was given up: the work is no longer ours");
}

type Ended<N extends QuestionName> = { call: number; port: ManagerPort; asked: Asked<N> };

async function record<N extends QuestionName>(
  { world }: Asking,
  { run, policy, question, subject }: Ask<N>,
  { call, port, asked }: Ended<N>,
): Promise<Heard<N>> {
  const { usage } = asked;
  const spent = { tokens: tokensOf(usage), cost: costOf(usage, port.model, policy.prices) ?? 0 };
  const said = asked.kind === "answered" ? { answer: asked.answer } : { why: asked.why };
  await endCall(world.database.knex, call, { ...spent, ...said });
  const about = { run: run.id, question: question.name, subject, tokens: spent.tokens };
  if (asked.kind === "answered") {
    world.log.info(about, "the manager's model answered");
    return { kind: "answered", answer: asked.answer };
  }
  world.log.warn({ ...about, why: asked.why }, "the manager's model gave no answer");
  return { kind: "failed", why: asked.why };
}

function hashOf(parts: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
