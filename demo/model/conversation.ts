// The room of the scripted model: a conversation written down beforehand, served to the real Codex over the Responses API.
// `scripted-model.ts` is the door; this file is the little language in which conversations are written.
import type { ModelRequest } from "./model-request.ts";

/** What the model answers to one call. */
export type Step =
  | { kind: "shell"; command: string }
  | { kind: "say"; text: string }
  | { kind: "answer"; tool: string; answer: unknown }
  | { kind: "refuse"; status: number; message: string; type: string; code: string | null; retryAfter: number }
  | { kind: "cut" }
  | { kind: "hang" }
  | { kind: "slow"; ms: number; then: Step }
  | { kind: "first"; times: number; fault: Step; then: Step };

/** A prompt that `when` recognises, and the answers to the calls that follow from it. */
export type Turn = { when: (request: ModelRequest) => boolean; steps: readonly [Step, ...Step[]] };
export type Conversation = readonly Turn[];

export function turn(when: (request: ModelRequest) => boolean, steps: readonly [Step, ...Step[]]): Turn {
  return { when, steps };
}

/** Answers a question by the tool that it forces. */
export function answer(tool: string, said: unknown): Step {
  return { kind: "answer", tool, answer: said };
}

/** Recognises a prompt by a piece of its text. */
export function promptHas(text: string): (request: ModelRequest) => boolean {
  return (request) => request.prompt.includes(text);
}

export function anything(): boolean {
  return true;
}

/** Has Codex run a command. */
export function shell(command: string): Step {
  return { kind: "shell", command };
}

/** Has Codex write a file, by a command. */
export function writeFile(path: string, text: string): Step {
  const body = text.endsWith("\n") ? text : `${text}\n`;
  return shell(`mkdir -p "$(dirname '${path}')" && cat > '${path}' <<'END_OF_FILE'\n${body}END_OF_FILE`);
}

/** Has Codex apply a patch, in its own format, between the lines `*** Begin Patch` and `*** End Patch`. */
export function patch(text: string): Step {
  return shell(`apply_patch <<'END_OF_PATCH'\n*** Begin Patch\n${text.trim()}\n*** End Patch\nEND_OF_PATCH`);
}

/** The last word of a turn. */
export function say(text: string): Step {
  return { kind: "say", text };
}

/** An answer like 401, 429 or 500. With type `usage_limit_reached` Codex takes a 429 for the end of a plan's allowance. */
export function refuse(
  status: number,
  details: { message?: string; type?: string; code?: string; retryAfter?: number } = {},
): Step {
  const { message = `refused with ${status}`, type = "server_error", code = null, retryAfter = 1 } = details;
  return { kind: "refuse", status, message, type, code, retryAfter };
}

/** The stream begins and breaks off. */
export function cut(): Step {
  return { kind: "cut" };
}

/** Never answers, until the model is stopped. */
export function hang(): Step {
  return { kind: "hang" };
}

/** Answers late, so that something can be killed meanwhile. */
export function slow(ms: number, then: Step): Step {
  return { kind: "slow", ms, then };
}

/** Fails the first times it is asked, then answers. */
export function first(times: number, fault: Step, then: Step): Step {
  return { kind: "first", times, fault, then };
}
