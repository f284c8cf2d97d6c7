import type { ChatCompletionRequest, ChatMessage } from "@copilotkit/aimock";

/** One call of Codex to its model, as a conversation sees it. */
export type ModelRequest = {
  /** The newest message of the user: in Codex's words, the prompt of this turn. */
  prompt: string;
  /** Outputs of the tools called since then: how far the turn has come. */
  toolOutputs: string[];
  /** Every message of the thread, instructions included. */
  messages: { role: string; text: string }[];
};

export function readModelRequest({ messages }: ChatCompletionRequest): ModelRequest {
  const told = messages.map((message) => ({ role: message.role, text: textOf(message) }));
  const asked = told.findLastIndex(isPrompt);
  const tail = told.slice(asked + 1);
  return {
    prompt: told[asked]?.text ?? "",
    toolOutputs: tail.filter(({ role }) => role === "tool").map(({ text }) => text),
    messages: told,
  };
}

/** A skill that the prompt names follows it as a message of the user as well. */
function isPrompt({ role, text }: { role: string; text: string }): boolean {
  return role === "user" && !text.startsWith("<skill>");
}

function textOf({ content }: ChatMessage): string {
  if (typeof content === "string") return content;
  return (content ?? []).map((part) => part.text ?? "").join("");
}
