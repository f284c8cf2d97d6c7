import type {
  ChatCompletion,
  ChatCompletionCreateParamsNonStreaming,
} from "openai/resources/chat/completions";
import { z } from "zod";
import { answerSchema, type Question, type QuestionName } from "../core/manager-question.ts";
import type { Usage } from "../core/usage.ts";
import { INSTRUCTIONS } from "./instructions.ts";
import { inWords } from "./message.ts";

/** How an answer is made to have its shape, the surest first. */
export const FORMS = ["tools", "json", "plain"] as const;
export type Form = (typeof FORMS)[number];

type Request<N extends QuestionName> = { model: string; question: Question<N>; secrets: readonly string[] };

/** The whole request, made purely. */
export function requestIn<N extends QuestionName>(
  form: Form,
  { model, question, secrets }: Request<N>,
): ChatCompletionCreateParamsNonStreaming {
  const schema = jsonSchemaOf(question);
  const orders = INSTRUCTIONS[question.name];
  const shape = `Answer with one JSON object of this schema and nothing else:\n${JSON.stringify(schema)}`;
  const messages = [
    { role: "system" as const, content: form === "tools" ? orders : `${orders}\n\n${shape}` },
    { role: "user" as const, content: inWords(question, secrets) },
  ];
  const request = { model, messages };
  if (form === "plain") return request;
  if (form === "json") return { ...request, response_format: { type: "json_object" } };
  const described = { name: question.name, description: orders.split("\n")[0] ?? "", parameters: schema };
  return {
    ...request,
    tools: [{ type: "function", function: described }],
    tool_choice: { type: "function", function: { name: question.name } },
  };
}

export function jsonSchemaOf<N extends QuestionName>(question: Question<N>): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(answerSchema(question), { io: "input" });
  return schema;
}

const Reply = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({
          content: z.string().nullish(),
          tool_calls: z
            .array(z.object({ function: z.object({ arguments: z.string() }).optional() }))
            .nullish(),
        }),
      }),
    )
    .min(1),
  usage: z
    .object({
      prompt_tokens: z.number().int().min(0).catch(0),
      completion_tokens: z.number().int().min(0).catch(0),
      prompt_tokens_details: z
        .object({ cached_tokens: z.number().int().min(0).nullish() })
        .nullish()
        .catch(null),
    })
    .nullish()
    .catch(null),
});

/** What was said, as far as it is JSON, and what it has used. */
export function readReply(reply: ChatCompletion): { said: unknown; viaTool: boolean; usage: Usage } {
  const parsed = Reply.safeParse(reply);
  if (!parsed.success) throw new Error("the reply is none of a chat completion");
  const { choices, usage } = parsed.data;
  const message = choices[0]?.message;
  const viaTool = message?.tool_calls?.[0]?.function?.arguments;
  return {
    said: readJson(viaTool ?? message?.content ?? ""),
    viaTool: viaTool !== undefined,
    usage: {
      inputTokens: usage?.prompt_tokens ?? 0,
      cachedInputTokens: usage?.prompt_tokens_details?.cached_tokens ?? 0,
      outputTokens: usage?.completion_tokens ?? 0,
      reasoningTokens: 0,
    },
  };
}

/** Models put JSON between fences, or a word before it; what has no object in it is null. */
function readJson(text: string): unknown {
  const [from, to] = [text.indexOf("{"), text.lastIndexOf("}")];
  if (from === -1 || to < from) return null;
  try {
    return JSON.parse(text.slice(from, to + 1));
  } catch {
    return null; // no JSON is an answer without a shape, and refused as such
  }
}
