import type { IncomingHttpHeaders } from "node:http";
import { z } from "zod";

/** How the model endpoint refused. `retryAt` is in milliseconds since 1970. */
export type Failure = { status: number; code: string | null; message: string; retryAt: number | null };

const ErrorBody = z.object({
  error: z.object({
    message: z.string().nullish(),
    type: z.string().nullish(),
    code: z.string().nullish(),
    resets_at: z.number().nullish(),
    resets_in_seconds: z.number().nullish(),
  }),
});
type ErrorDetail = z.infer<typeof ErrorBody>["error"];

const MESSAGE_LENGTH = 1_000;

export function readFailure(
  status: number,
  headers: IncomingHttpHeaders,
  body: string,
  now = Date.now(),
): Failure {
  const error = detailOf(body);
  return {
    status,
    code: error?.code ?? error?.type ?? null,
    message: (error?.message ?? body).slice(0, MESSAGE_LENGTH),
    retryAt: resetOf(error, now) ?? retryAfter(headers["retry-after"], now),
  };
}

function detailOf(body: string): ErrorDetail | null {
  try {
    return ErrorBody.parse(JSON.parse(body)).error;
  } catch {
    return null; // not the usual shape: the body itself is then the message
  }
}

function resetOf(error: ErrorDetail | null, now: number): number | null {
  if (typeof error?.resets_at === "number") return error.resets_at * 1_000;
  if (typeof error?.resets_in_seconds === "number") return now + error.resets_in_seconds * 1_000;
  return null;
}

/** Seconds or an HTTP date. */
function retryAfter(value: string | undefined, now: number): number | null {
  if (value === undefined) return null;
  const seconds = Number(value);
  const at = Number.isFinite(seconds) ? now + seconds * 1_000 : Date.parse(value);
  return Number.isNaN(at) ? null : at;
}
