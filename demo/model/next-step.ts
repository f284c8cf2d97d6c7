import type { Conversation, Step } from "./conversation.ts";
import type { ModelRequest } from "./model-request.ts";

/**
 * Which step answers a request. It follows from the request alone (how many tool outputs came since the prompt), so a
 * Codex that was killed and started anew is served from the right place. Beyond the end, the last step is repeated.
 */
export function nextStep(conversation: Conversation, request: ModelRequest): Step | null {
  const turn = conversation.find(({ when }) => when(request));
  return turn?.steps[request.toolOutputs.length] ?? turn?.steps.at(-1) ?? null;
}
