import type { Octokit } from "./octokit.ts";

export type Answer = Awaited<ReturnType<Octokit["request"]>>;

/** Answers that GitHub may be asked about again by their tag. */
export type KnownAnswers = {
  find(key: string): Answer | null;
  /** Keeps it in the place of the one before, if it can be asked about at all. */
  keep(key: string, answer: Answer): void;
};

/** As text they take a byte or two for a character; as objects it would be several times that. */
const MOST_CHARACTERS = 4_000_000;
/** A larger one would drive out too many others. */
const LARGEST_SHARE = 0.1;

/** One bound for all clients together, for every repository has several; what was used longest ago goes first. */
export function createKnownAnswers(mostCharacters = MOST_CHARACTERS): KnownAnswers {
  const kept = new Map<string, string>();
  let total = 0;
  function drop(key: string): void {
    total -= kept.get(key)?.length ?? 0;
    kept.delete(key);
  }
  return {
    find: (key) => {
      const text = kept.get(key);
      return text === undefined ? null : (JSON.parse(text) as Answer);
    },
    keep(key, answer) {
      const text = textOf(answer);
      drop(key);
      if (text === null || text.length > mostCharacters * LARGEST_SHARE) return;
      kept.set(key, text);
      total += text.length;
      for (const oldest of kept.keys()) {
        if (total <= mostCharacters) return;
        drop(oldest);
      }
    },
  };
}

/** Null for what has no tag, and for what is no JSON, as an archive is not. */
function textOf({ status, url, headers, data }: Answer): string | null {
  if (status !== 200 || headers.etag === undefined || data instanceof ArrayBuffer) return null;
  return JSON.stringify({ status, url, headers, data });
}
