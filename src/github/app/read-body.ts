import type { IncomingMessage } from "node:http";
import type { Answer } from "./intake.ts";

export type ReadBody = { ok: true; body: Buffer } | { ok: false; answer: Answer };

/** The raw body, never more of it in memory than is allowed, and never waited for longer than is allowed. */
export function readBody(
  request: IncomingMessage,
  { maxBytes, timeoutMs }: { maxBytes: number; timeoutMs: number },
): Promise<ReadBody> {
  const tooLarge: Answer = { status: 413, text: `The body is larger than ${maxBytes} bytes.` };
  if (Number(request.headers["content-length"] ?? 0) > maxBytes)
    return Promise.resolve({ ok: false, answer: tooLarge });
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const timer = setTimeout(() => end({ ok: false, answer: TOO_SLOW }), timeoutMs);
    function take(chunk: Buffer): void {
      bytes += chunk.length;
      if (bytes > maxBytes) end({ ok: false, answer: tooLarge });
      else chunks.push(chunk);
    }
    function finish(): void {
      end({ ok: true, body: Buffer.concat(chunks) });
    }
    function cutOff(): void {
      end({ ok: false, answer: { status: 400, text: "The body ended too early." } });
    }
    function end(result: ReadBody): void {
      clearTimeout(timer);
      request.off("data", take).off("end", finish).off("close", cutOff);
      if (!result.ok) chunks.length = 0;
      resolve(result);
    }
    request.on("data", take).on("end", finish).on("close", cutOff).on("error", cutOff);
  });
}

const TOO_SLOW: Answer = { status: 408, text: "The body did not arrive in time." };
