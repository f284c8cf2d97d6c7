import type { Octokit } from "./octokit.ts";

/** Of one client; an installation's has but one repository. */
const MOST_KEPT = 200;

type Answer = Awaited<ReturnType<Octokit["request"]>>;

/**
 * Asks again for what was asked before only on condition that it changed: GitHub charges nothing for "not modified".
 * What is kept is the answer as it came, by its full address; the oldest goes first.
 */
export function askConditionally(octokit: Octokit): Octokit {
  const kept = new Map<string, Answer>();
  octokit.hook.wrap("request", async (request, asked) => {
    if (asked.method !== "GET") return request(asked);
    const { url } = octokit.request.endpoint.parse(asked);
    const known = kept.get(url);
    // Octokit binds every hook to these very options, so a copy of them would be lost on the way.
    if (known?.headers.etag !== undefined) asked.headers["if-none-match"] = known.headers.etag;
    const answer = (await unlessSame(() => request(asked))) ?? known;
    if (answer === undefined)
      throw new Error("GitHub answered “not modified” to a question without condition");
    keep(kept, url, answer as Answer);
    return answer;
  });
  return octokit;
}

function keep(kept: Map<string, Answer>, url: string, answer: Answer): void {
  kept.delete(url);
  if (answer.status === 200 && answer.headers.etag !== undefined) kept.set(url, answer);
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
}

/** Null for "not modified", which octokit throws. */
async function unlessSame<T>(ask: () => Promise<T> | T): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (typeof error === "object" && error !== null && "status" in error && error.status === 304) return null;
    throw error;
  }
}
