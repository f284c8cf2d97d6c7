// manager: asks a model typed questions through any OpenAI-compatible endpoint, and returns typed answers or why there is none.
// It acts on nothing and knows no run: what an answer may do is decided in core, and done by jobs.
import OpenAI from "openai";
import type { ZodError } from "zod";
import {
  type Asked,
  answerSchema,
  type ManagerPort,
  type Question,
  type QuestionName,
} from "../core/manager-question.ts";
import { messageOf } from "../core/problem.ts";
import { withoutSecrets } from "../core/secret-redaction.ts";
import { NO_USAGE } from "../core/usage.ts";
import { boundedFetch } from "./bounded-fetch.ts";
import { callEndpoint, isRefusedForm } from "./call-endpoint.ts";
import { FORMS, type Form, readReply, requestIn } from "./forms.ts";

export type ManagerOptions = {
  /** Base address, up to and with its version. */
  endpoint: string;
  key: string;
  model: string;
  /** Longest time for one question, everything included. */
  timeoutMs: number;
  /** Values that must not leave, beside what has a credential's shape. */
  secrets?: readonly string[];
};

export function createManager({
  endpoint,
  key,
  model,
  timeoutMs,
  secrets = [],
}: ManagerOptions): ManagerPort {
  const client = new OpenAI({
    ...{ apiKey: key, baseURL: endpoint, organization: null, project: null },
    ...{ adminAPIKey: null, webhookSecret: null },
    ...{ maxRetries: 0, timeout: timeoutMs, logLevel: "off", fetch: boundedFetch },
  });
  const memory: Memory = { form: "tools", proven: false };
  return {
    model,
    endpoint,
    ask: async (question, signal) => {
      const over = AbortSignal.timeout(timeoutMs);
      const either = AbortSignal.any([signal, over]);
      const asking = { client, model, memory, secrets: [key, ...secrets], signal: either };
      const asked = await ask(asking, question);
      if (asked.kind === "failed" && over.aborted)
        return { ...asked, why: `no answer within ${timeoutMs / 1_000} s` };
      return asked;
    },
  };
}

/** The first form that this endpoint takes from this model; one that was refused is not tried again. */
type Memory = { form: Form; proven: boolean };

type Asking = {
  client: OpenAI;
  model: string;
  memory: Memory;
  secrets: readonly string[];
  signal: AbortSignal;
};

/** From the form that is known to work, else from the best one, down to one that is taken. */
async function ask<N extends QuestionName>(asking: Asking, question: Question<N>): Promise<Asked<N>> {
  const { memory } = asking;
  for (const form of FORMS.slice(FORMS.indexOf(memory.form))) {
    memory.form = form;
    const asked = await askIn(form, asking, question);
    if (asked !== "refused") return asked;
  }
  const why = "the endpoint takes neither tools nor JSON mode nor a plain question";
  return { kind: "failed", why, usage: NO_USAGE };
}

async function askIn<N extends QuestionName>(
  form: Form,
  { client, model, memory, secrets, signal }: Asking,
  question: Question<N>,
): Promise<Asked<N> | "refused"> {
  try {
    const reply = await callEndpoint(client, requestIn(form, { model, question, secrets }), signal);
    const { said, viaTool, usage } = readReply(reply);
    const parsed = answerSchema(question).safeParse(said);
    if (parsed.success) memory.proven = true;
    // It may not know tools and say nothing about it: the next question is put in another way.
    else if (form === "tools" && !viaTool && !memory.proven) memory.form = "json";
    return parsed.success
      ? { kind: "answered", answer: parsed.data, usage }
      : { kind: "failed", why: faultOf(parsed.error), usage };
  } catch (error) {
    if (isRefusedForm(error)) return "refused";
    return { kind: "failed", why: withoutSecrets(messageOf(error), secrets).slice(0, 500), usage: NO_USAGE };
  }
}

function faultOf({ issues: [first] }: ZodError): string {
  return `the answer is not of its shape: ${first?.path.join(".") || "all of it"}: ${first?.message ?? "unknown"}`;
}
