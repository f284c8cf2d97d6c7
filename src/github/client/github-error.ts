export const ERROR_KINDS = [
  "unreachable",
  "unavailable",
  "rate_limited",
  "unauthorised",
  "forbidden",
  "archived",
  "not_found",
  "invalid",
  "other",
] as const;
export type ErrorKind = (typeof ERROR_KINDS)[number];

/** GitHub did not do what was asked; `kind` says what helps, `afterMs` when to ask again. */
export class GitHubError extends Error {
  readonly kind: ErrorKind;
  readonly status: number | null;
  /** How long GitHub wants to be left alone; null when it did not say. */
  readonly afterMs: number | null;

  constructor(message: string, facts: { kind: ErrorKind; status: number | null; afterMs: number | null }) {
    super(message);
    this.name = "GitHubError";
    this.kind = facts.kind;
    this.status = facts.status;
    this.afterMs = facts.afterMs;
  }
}

type Failure = {
  status?: unknown;
  message?: unknown;
  response?: { headers?: Record<string, unknown>; data?: unknown };
};

const BY_STATUS: Readonly<Record<number, ErrorKind>> = {
  401: "unauthorised",
  403: "forbidden",
  404: "not_found",
  410: "not_found",
  409: "invalid",
  422: "invalid",
  429: "rate_limited",
};
const DEFAULT_WAIT_MS = 60_000;

/** What octokit throws, as our own kind of error. `asked` is the route in GitHub's notation, never an address with values. */
export function githubError(error: unknown, asked: string, nowMs: number): GitHubError {
  if (error instanceof GitHubError) return error;
  const failure: Failure = typeof error === "object" && error !== null ? error : {};
  const status = failure.response !== undefined && typeof failure.status === "number" ? failure.status : null;
  const text = String(failure.message ?? error).slice(0, 1_000);
  const afterMs = status === null ? null : waitOf(failure, text, nowMs);
  const kind = afterMs === null ? kindOf(status, text) : "rate_limited";
  const said = status === null ? "GitHub did not answer" : `GitHub answered ${status} to`;
  return new GitHubError(`${said} ${asked}: ${text}${detailsOf(failure)}`, { kind, status, afterMs });
}

function kindOf(status: number | null, text: string): ErrorKind {
  if (status === null) return "unreachable";
  if (status >= 500) return "unavailable";
  if (status === 403 && /archived/i.test(text)) return "archived";
  return BY_STATUS[status] ?? "other";
}

/** GitHub's own word on when to come back: retry-after, else the reset of a spent quota, else a minute. */
function waitOf({ status, response }: Failure, text: string, nowMs: number): number | null {
  if (status !== 403 && status !== 429) return null;
  const {
    "retry-after": after,
    "x-ratelimit-remaining": left,
    "x-ratelimit-reset": reset,
  } = response?.headers ?? {};
  const seconds = Number(after);
  if (after !== undefined && Number.isFinite(seconds)) return Math.max(1, seconds) * 1_000;
  if (String(left) === "0" && Number.isFinite(Number(reset)))
    return Math.max(1_000, Number(reset) * 1_000 - nowMs + 1_000);
  return status === 429 || /rate limit/i.test(text) ? DEFAULT_WAIT_MS : null;
}

/** The parts of a validation error; octokit puts only some of them into its message. */
function detailsOf({ response }: Failure): string {
  const data = response?.data;
  const errors = typeof data === "object" && data !== null && "errors" in data ? data.errors : undefined;
  return Array.isArray(errors) ? ` ${JSON.stringify(errors).slice(0, 500)}` : "";
}
