import type { Logger } from "pino";
import { ProbotOctokit } from "probot";
import { count, kindOfCall, waitCounter } from "./call-count.ts";
import { githubError } from "./github-error.ts";
import type { Quiet } from "./quiet.ts";

export type Octokit = InstanceType<typeof ProbotOctokit>;

export type OctokitOptions = {
  apiUrl: string;
  log: Logger;
  requestTimeoutMs: number;
  /** False only where nobody minds the pace, as in tests. */
  throttled: boolean;
  quiet: Quiet;
  now: () => number;
};

export type Credential = { token: string } | { appId: number; privateKey: string } | Record<string, never>;

/**
 * A client under one credential. Requests of one `account` share a pace and its rate limit. Nothing is sent twice:
 * a POST may have been carried out although the answer was lost, so the job that asked looks first and then asks again.
 */
export function newOctokit(options: OctokitOptions, credential: Credential, account: string): Octokit {
  const octokit = new ProbotOctokit({
    auth: credential,
    baseUrl: options.apiUrl,
    log: quietLog(options.log),
    retry: { enabled: false },
    throttle: options.throttled
      ? { enabled: true, id: account, onRateLimit: () => false, onSecondaryRateLimit: () => false }
      : { enabled: false },
  });
  const send = fetchWithin(options.requestTimeoutMs);
  octokit.hook.wrap("request", async (request, asked) => {
    const route = `${asked.method} ${asked.url.replace(options.apiUrl, "")}`;
    options.quiet.check(account, route);
    // The throttle stands between here and the sending.
    asked.request = { ...asked.request, fetch: timed(send) };
    try {
      const answer = await request(asked);
      count(kindOfCall({ ...asked, route, status: answer.status }));
      return answer;
    } catch (error) {
      const failure = githubError(error, route, options.now());
      count(kindOfCall({ ...asked, route, status: failure.status }));
      throw options.quiet.note(account, failure);
    }
  });
  return octokit;
}

/** Octokit logs every refusal; the caller that meets it knows better whether it is worth a line. */
function quietLog(log: Logger) {
  const child = log.child({}, { level: "error" });
  const passOn = (level: "debug" | "info" | "warn" | "error") => (message: string) => child[level](message);
  return { debug: passOn("debug"), info: passOn("info"), warn: passOn("warn"), error: passOn("error") };
}

/** Tells for how long a request, begun now, was kept back before it was sent. */
function timed(send: typeof fetch): typeof fetch {
  const sent = waitCounter();
  return (input, init) => {
    sent();
    return send(input, init);
  };
}

function fetchWithin(timeoutMs: number): typeof fetch {
  return (input, init) => {
    const late = AbortSignal.timeout(timeoutMs);
    return fetch(input, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, late]) : late });
  };
}
