import { open } from "node:fs/promises";
import { z } from "zod";
import { NO_USAGE, type Usage } from "../../src/core/evidence.ts";
import type { TurnUsage } from "./codex-event.ts";
import { findSession } from "./session-file.ts";

const tokens = z.number().int().nonnegative().default(0);
const TokenCount = z.object({
  payload: z.object({
    type: z.literal("token_count"),
    info: z.object({
      total_token_usage: z.object({
        input_tokens: tokens,
        cached_input_tokens: tokens,
        output_tokens: tokens,
        reasoning_output_tokens: tokens,
      }),
    }),
  }),
});

const TAIL_BYTES = 1024 * 1024;

/** Codex counts a thread's tokens from its first turn on; this is how far a thread's file has counted. */
export async function readThreadUsage(codexHome: string, threadId: string | null): Promise<Usage> {
  const file = threadId === null ? null : await findSession(codexHome, threadId);
  if (file === null) return NO_USAGE;
  const lines = (await readTail(file)).split("\n").filter((line) => line.includes('"token_count"'));
  return lines.map(readCount).findLast((usage) => usage !== null) ?? NO_USAGE;
}

export function usageOf(counted: TurnUsage): Usage {
  return {
    inputTokens: counted.input_tokens,
    cachedInputTokens: counted.cached_input_tokens,
    outputTokens: counted.output_tokens,
    reasoningTokens: counted.reasoning_output_tokens,
  };
}

/** Never below nothing: a thread file that was changed must not give tokens back. */
export function usageSince(before: Usage, after: Usage): Usage {
  return {
    inputTokens: Math.max(0, after.inputTokens - before.inputTokens),
    cachedInputTokens: Math.max(0, after.cachedInputTokens - before.cachedInputTokens),
    outputTokens: Math.max(0, after.outputTokens - before.outputTokens),
    reasoningTokens: Math.max(0, after.reasoningTokens - before.reasoningTokens),
  };
}

function readCount(line: string): Usage | null {
  try {
    return usageOf(TokenCount.parse(JSON.parse(line)).payload.info.total_token_usage);
  } catch {
    return null; // the cut first line of the tail, or a count that was not filled in yet
  }
}

async function readTail(path: string): Promise<string> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const from = Math.max(0, size - TAIL_BYTES);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(TAIL_BYTES), 0, TAIL_BYTES, from);
    return buffer.subarray(0, bytesRead).toString("utf8");
  } finally {
    await handle.close();
  }
}
