import type { Logger } from "pino";
import { ProbotOctokit } from "probot";
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
    request: { fetch: fetchWithin(options.requestTimeoutMs) },
  });
  octokit.hook.wrap("request", async (request, asked) => {
    const route = `${asked.method} ${asked.url.replace(options.apiUrl, "")}`;
    options.quiet.check(account, route);
    try {
      return await request(asked);
    } catch (error) {
      throw options.quiet.note(account, githubError(error, route, options.now()));
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

function fetchWithin(timeoutMs: number): typeof fetch {
  return (input, init) => {
    const late = AbortSignal.timeout(timeoutMs);
    return fetch(input, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, late]) : late });
  };
}
