import type { KnownAnswers } from "./known-answers.ts";
import type { Octokit } from "./octokit.ts";

type Asking = {
  known: KnownAnswers;
  /** Whose answers they are: another credential may be shown something else under the same address. */
  whose: string;
};

/**
 * Asks again for what was asked before only on condition that it changed: GitHub charges nothing for "not modified".
 * What is kept is the answer as it came, by its full address.
 */
export function askConditionally(octokit: Octokit, { known: answers, whose }: Asking): Octokit {
  octokit.hook.wrap("request", async (request, asked) => {
    if (asked.method !== "GET") return request(asked);
    const key = `${whose} ${octokit.request.endpoint.parse(asked).url}`;
    const known = answers.find(key);
    // Octokit binds every hook to these very options, so a copy of them would be lost on the way.
    if (known?.headers.etag !== undefined) asked.headers["if-none-match"] = known.headers.etag;
    const answer = (await unlessSame(() => request(asked))) ?? known;
    if (answer === null) throw new Error("GitHub answered “not modified” to a question without condition");
    answers.keep(key, answer);
    return answer;
  });
  return octokit;
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
