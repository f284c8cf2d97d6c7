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
  /** Told of every answer of GitHub's. */
  onAnswer?: (answer: Answered) => void;
};

export type Answered = {
  /** Who asked: the app, an installation, nobody, or a person. */
  account: "app" | "installation" | "nobody" | "person";
  /** 0 where no answer came. */
  status: number;
  /** What is left of the account's hour; null where GitHub did not say. */
  remaining: number | null;
};

const REQUEST_TIMEOUT_MS = 15_000;

export function clientSettings({ apiUrl, log, throttled, requestTimeoutMs, ...more }: ClientOptions) {
  const { now = Date.now, onAnswer = () => undefined } = more;
  return {
    apiUrl,
    log,
    requestTimeoutMs: requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    throttled: throttled ?? true,
    quiet: createQuiet(now),
    now,
    onAnswer,
  };
}

/** Enterprise serves GraphQL beside its REST API, not under it. */
export function graphqlUrl(apiUrl: string): string {
  return `${apiUrl.replace(/\/v3$/, "")}/graphql`;
}
