import type { CheckFailure, Flake } from "./event.ts";

/** What a log says when it was the network or the clock and not the change; first match is the evidence. */
const SIGNS: readonly RegExp[] = [
  /\b(?:ETIMEDOUT|ECONNRESET|ECONNREFUSED|EAI_AGAIN|ENOTFOUND|EPIPE)\b/,
  /could not resolve host|temporary failure in name resolution|name or service not known/i,
  /connection (?:timed out|reset by peer|refused)|TLS handshake timeout|socket hang up|network is unreachable/i,
  /\b(?:502 Bad Gateway|503 Service Unavailable|504 Gateway Time-?out|429 Too Many Requests)\b/i,
  /\btest timed out\b|exceeded (?:the )?(?:maximum execution time|timeout of)|timeout - async callback/i,
  /runner has received a shutdown signal|lost communication with the server|no space left on device/i,
];

/** A failure that may have had nothing to do with the change, with what says so; null where nothing does. */
export function suspectFlake(failure: CheckFailure, alsoPassed: ReadonlySet<string>): Flake | null {
  const { name, url } = failure;
  if (alsoPassed.has(name)) return { name, url, evidence: "it also passed on the same commit", sure: true };
  const line = telltale([failure.summary, ...failure.annotations].join("\n"));
  return line === null ? null : { name, url, evidence: `it says “${line}”`, sure: false };
}

function telltale(text: string): string | null {
  const found = text.split("\n").find((line) => SIGNS.some((sign) => sign.test(line)));
  return found === undefined ? null : found.trim().slice(0, 200);
}

/** For people: what is suspected, why, and where it is run again. */
export function flakeWords({ name, evidence, url }: Flake): string {
  return `${name} looks flaky: ${evidence}${url === null ? "" : `; run it again at ${url}`}`;
}
