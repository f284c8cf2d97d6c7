import { type ChatCompletionRequest, type FixtureResponse, LLMock } from "@copilotkit/aimock";
import type { Conversation, Step } from "./conversation.ts";
import { type ModelRequest, readModelRequest } from "./model-request.ts";
import { nextStep } from "./next-step.ts";

export type ScriptedModel = {
  /** Base URL, up to and with `/v1`. */
  url: string;
  /** The only bearer key it takes. */
  key: string;
  requests(): ServedRequest[];
  stop(): Promise<void>;
};
export type ServedRequest = ModelRequest & { at: number; path: string; status: number };

const KEY = "scripted-model-key";
const USAGE = { input_tokens: 1_000, output_tokens: 100, total_tokens: 1_100 };
const JOURNAL_ENTRIES = 2_000;

/** Serves a conversation on loopback. Another key than its own gets 401; a prompt nobody expected gets 404. */
export async function startScriptedModel(
  conversation: Conversation,
  { port = 0, key = KEY }: { port?: number; key?: string } = {},
): Promise<ScriptedModel> {
  const mock = new LLMock({
    port,
    auth: { apiKeys: [key] },
    journalMaxEntries: JOURNAL_ENTRIES,
    logLevel: "silent",
  });
  const stopping = new AbortController();
  const script = readScript(conversation);
  mock.addFixture({
    match: { predicate: (request) => script.peek(request)?.kind === "cut" },
    response: (request) => answer(script.take(request), stopping.signal),
    truncateAfterChunks: 2,
  });
  mock.addFixture({
    match: { predicate: (request) => script.peek(request) !== null },
    response: (request) => answer(script.take(request), stopping.signal),
  });
  const address = await mock.start();
  let atEnd: ServedRequest[] = [];
  return {
    url: `${address}/v1`,
    key,
    requests: () => (stopping.signal.aborted ? atEnd : served(mock)),
    async stop() {
      if (stopping.signal.aborted) return;
      atEnd = served(mock);
      stopping.abort();
      await mock.stop();
    },
  };
}

/** Follows the conversation; of all steps only `first` needs a memory. */
function readScript(conversation: Conversation) {
  const asked = new Map<Step, number>();
  const reveal = (step: Step | null): Step | null => {
    if (step?.kind !== "first") return step;
    return (asked.get(step) ?? 0) < step.times ? step.fault : step.then;
  };
  const planned = (request: ChatCompletionRequest) => nextStep(conversation, readModelRequest(request));
  return {
    peek: (request: ChatCompletionRequest): Step | null => reveal(planned(request)),
    take(request: ChatCompletionRequest): Step | null {
      const step = planned(request);
      const revealed = reveal(step);
      if (step?.kind === "first") asked.set(step, (asked.get(step) ?? 0) + 1);
      return revealed;
    },
  };
}

async function answer(step: Step | null, stopping: AbortSignal): Promise<FixtureResponse> {
  if (step?.kind === "slow") {
    await wait(step.ms, stopping);
    return answer(step.then, stopping);
  }
  if (step?.kind === "hang") {
    await wait(null, stopping);
    return refusal(503, "the scripted model was stopped");
  }
  return immediate(step);
}

function immediate(step: Step | null): FixtureResponse {
  switch (step?.kind) {
    case "shell":
      return {
        toolCalls: [{ name: "exec_command", arguments: JSON.stringify(execCommand(step.command)) }],
        usage: USAGE,
      };
    case "answer":
      return {
        toolCalls: [{ name: step.tool, arguments: JSON.stringify(step.answer) }],
        usage: { prompt_tokens: 300, completion_tokens: 40, total_tokens: 340 },
      };
    case "refuse":
      return {
        error: { message: step.message, type: step.type, ...codeOf(step) },
        status: step.status,
        retryAfter: step.retryAfter,
      };
    case "say":
      return { content: step.text, usage: USAGE };
    case "cut":
      return { content: "this will not be heard to its end" };
    default:
      return refusal(500, "a fault of the scripted model may only hold a plain step");
  }
}

/** Commands get time to end, so that a turn need not ask whether they have. */
function execCommand(cmd: string) {
  return { cmd, yield_time_ms: 30_000 };
}

function codeOf({ code }: { code: string | null }) {
  return code === null ? {} : { code };
}

function refusal(status: number, message: string): FixtureResponse {
  return { error: { message, type: "server_error" }, status };
}

function wait(ms: number | null, stopping: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = ms === null ? undefined : setTimeout(resolve, ms);
    const wake = () => {
      clearTimeout(timer);
      resolve();
    };
    if (stopping.aborted) wake();
    else stopping.addEventListener("abort", wake, { once: true });
  });
}

function served(mock: LLMock): ServedRequest[] {
  return mock.getRequests().map(({ timestamp, path, body, response }) => ({
    ...(body !== null && "messages" in body ? readModelRequest(body as ChatCompletionRequest) : NOTHING_READ),
    at: timestamp,
    path,
    status: response.status,
  }));
}

const NOTHING_READ: ModelRequest = { prompt: "", toolOutputs: [], messages: [] };
