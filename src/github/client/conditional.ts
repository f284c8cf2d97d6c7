import type { Octokit } from "./octokit.ts";

const MOST_KEPT = 500;

type Answer = Awaited<ReturnType<Octokit["request"]>>;

/**
 * Asks again for what was asked before only on condition that it changed: GitHub charges nothing for "not modified".
 * What is kept is the answer as it came, by its full address; the oldest goes first.
 */
export function askConditionally(octokit: Octokit): void {
  const kept = new Map<string, Answer>();
  octokit.hook.wrap("request", async (request, asked) => {
    if (asked.method !== "GET") return request(asked);
    const { url } = octokit.request.endpoint.parse(asked);
    const known = kept.get(url);
    const etag = known?.headers.etag;
    const answer =
      known === undefined || etag === undefined
        ? await request(asked)
        : ((await unlessSame(() =>
            request({ ...asked, headers: { ...asked.headers, "if-none-match": etag } }),
          )) ?? known);
    keep(kept, url, answer as Answer);
    return answer;
  });
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
