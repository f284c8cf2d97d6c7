import type { Logger } from "pino";
import { createQuiet } from "./quiet.ts";

/** What every client of GitHub is told, whoever it speaks for. */
export type ClientOptions = {
  /** Base of the REST API, e.g. https://api.github.com */
  apiUrl: string;
  /** Base of the web pages and of git, e.g. https://github.com */
  url: string;
  log: Logger;
  throttled?: boolean;
  requestTimeoutMs?: number;
  now?: () => number;
};

const REQUEST_TIMEOUT_MS = 15_000;

export function clientSettings({ apiUrl, log, throttled, requestTimeoutMs, now = Date.now }: ClientOptions) {
  return {
    apiUrl,
    log,
    requestTimeoutMs: requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    throttled: throttled ?? true,
    quiet: createQuiet(now),
    now,
  };
}

/** Enterprise serves GraphQL beside its REST API, not under it. */
export function graphqlUrl(apiUrl: string): string {
  return `${apiUrl.replace(/\/v3$/, "")}/graphql`;
}
