/** GitHub's tokens by their shape, wherever they stand in a text. */
const TOKENS = /\b(gh[pousr]_|github_pat_)[A-Za-z0-9._-]{20,}/g;

/** The text without any token of GitHub's: a log line must not be the way in which one gets out. */
export function withoutTokens(text: string): string {
  return text.replace(TOKENS, "$1…");
}
