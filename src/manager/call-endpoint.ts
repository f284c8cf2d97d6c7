import { setTimeout as sleep } from "node:timers/promises";
import OpenAI from "openai";
import type {
  ChatCompletion,
  ChatCompletionCreateParamsNonStreaming,
} from "openai/resources/chat/completions";

/** Without a word from the endpoint. */
const DEFAULT_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 10_000;

/** One call, and one more where the endpoint is busy or broken and does not ask for a longer wait than there is. */
export async function callEndpoint(
  client: OpenAI,
  request: ChatCompletionCreateParamsNonStreaming,
  signal: AbortSignal,
): Promise<ChatCompletion> {
  try {
    return await client.chat.completions.create(request, { signal });
  } catch (error) {
    const wait = waitOf(error);
    if (wait === null || wait > LONGEST_WAIT_MS) throw error;
    await sleep(wait, undefined, { signal });
    return client.chat.completions.create(request, { signal });
  }
}

/** How long to wait before the one retry; null when there is none. */
function waitOf(error: unknown): number | null {
  if (!(error instanceof OpenAI.APIError) || error.status === undefined) return null;
  if (error.status !== 429 && error.status < 500) return null;
  const header = error.headers?.get("retry-after");
  const seconds = Number(header ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : DEFAULT_WAIT_MS;
}

/** The endpoint understood the question but not the way it was put. */
export function isRefusedForm(error: unknown): boolean {
  return error instanceof OpenAI.APIError && (error.status === 400 || error.status === 422);
}
