import { autoRetry } from "@grammyjs/auto-retry";
import { apiThrottler } from "@grammyjs/transformer-throttler";
import { Api, HttpError, type Transformer } from "grammy";
import { waited } from "../engine/lease.ts";

type ApiOptions = {
  token: string;
  apiRoot: string;
  /** False only where nobody minds the pace, as in tests. */
  throttled?: boolean;
  /** Longest wait for an answer. */
  unansweredMs: number;
  /** Ends every call that is under way or waits for its turn. */
  signal: AbortSignal;
};

/** Waits as long as Telegram says, keeps to its pace, and gives up in the end: whoever asked must get on. */
export function createApi({ token, apiRoot, throttled = true, unansweredMs, signal }: ApiOptions): Api {
  const api = new Api(token, { apiRoot, timeoutSeconds: unansweredMs / 1_000 });
  if (throttled) api.config.use(apiThrottler());
  // Calls without any answer are not for it: it would repeat them without end.
  const asTold = autoRetry({ maxRetryAttempts: 5, maxDelaySeconds: 120, rethrowHttpErrors: true });
  api.config.use(asTold, againUnanswered, endedBy(signal));
  return api;
}

/** grammY's types name a shim of the very class that Node has itself. */
type GrammySignal = Parameters<Api["getMe"]>[0];

export function grammySignal(signal: AbortSignal): GrammySignal {
  return signal as unknown as GrammySignal;
}

const againUnanswered: Transformer = async (prev, method, payload, signal) => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await prev(method, payload, signal);
    } catch (error) {
      const pause = pauseAfter(error, method, tries);
      if (pause === null || signal === undefined || !(await waited(pause, signal as AbortSignal)))
        throw error;
    }
  }
};

/** Whoever waits for these has gone on before a second try, unless the first one broke at once; saying them twice harms nobody. */
const ONCE: ReadonlySet<string> = new Set(["getMe", "answerCallbackQuery"]);
const AGAIN_MS = 500;
const LONGEST_PAUSE_MS = 60_000;
/** An hour or so. */
const MOST_UNREACHED = 64;

/** What never reached Telegram is tried again for long; what may have arrived without an answer, once, because it may be said twice. */
function pauseAfter(error: unknown, method: string, tries: number): number | null {
  if (!(error instanceof HttpError)) return null;
  if (ONCE.has(method)) return BROKEN.has(codeOf(error)) && tries < 2 ? 0 : null;
  if (!UNREACHED.has(codeOf(error))) return tries < 2 ? AGAIN_MS : null;
  return tries < MOST_UNREACHED ? Math.min(AGAIN_MS * 2 ** tries, LONGEST_PAUSE_MS) : null;
}

const UNREACHED: ReadonlySet<unknown> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);

/** Telegram closes connections that lie idle, now and then in the moment when one is used again. */
const BROKEN: ReadonlySet<unknown> = new Set(["ECONNRESET", "EPIPE"]);

function codeOf({ error }: HttpError): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : null;
}

/** A call may wait for its turn where no signal reaches it; whoever asked is let go all the same. */
function endedBy(signal: AbortSignal): Transformer {
  return async (prev, method, payload, own) => {
    const either = own === undefined ? signal : AbortSignal.any([signal, own as AbortSignal]);
    either.throwIfAborted();
    const ended = Promise.withResolvers<never>();
    const end = () => ended.reject(either.reason);
    either.addEventListener("abort", end, { once: true });
    try {
      return await Promise.race([prev(method, payload, grammySignal(either)), ended.promise]);
    } finally {
      either.removeEventListener("abort", end);
    }
  };
}
