import type { Octokit } from "./octokit.ts";

export type Answer = Awaited<ReturnType<Octokit["request"]>>;

/** Answers that GitHub may be asked about again by their tag. */
export type KnownAnswers = {
  find(key: string): Answer | null;
  /** Keeps it in the place of the one before, if it can be asked about at all. */
  keep(key: string, answer: Answer): void;
};

/** Measured in characters of JSON; as objects they take about twice the room. */
const MOST_CHARACTERS = 8_000_000;
/** Headers, address and tag. */
const ASIDE = 2_000;
/** A larger one would drive out too many others. */
const LARGEST_SHARE = 0.1;

/** One bound for all clients together, for every repository has several; what was used longest ago goes first. */
export function createKnownAnswers(mostCharacters = MOST_CHARACTERS): KnownAnswers {
  const kept = new Map<string, { answer: Answer; size: number }>();
  let total = 0;
  function drop(key: string): void {
    total -= kept.get(key)?.size ?? 0;
    kept.delete(key);
  }
  return {
    find: (key) => kept.get(key)?.answer ?? null,
    keep(key, answer) {
      const known = kept.get(key);
      const size = known?.answer === answer ? known.size : sizeOf(answer);
      drop(key);
      if (answer.status !== 200 || answer.headers.etag === undefined) return;
      if (size > mostCharacters * LARGEST_SHARE) return;
      kept.set(key, { answer, size });
      total += size;
      for (const oldest of kept.keys()) {
        if (total <= mostCharacters) return;
        drop(oldest);
      }
    },
  };
}

function sizeOf({ data }: Answer): number {
  return JSON.stringify(data ?? null).length + ASIDE;
}
