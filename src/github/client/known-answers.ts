import type { Octokit } from "./octokit.ts";

export type Answer = Awaited<ReturnType<Octokit["request"]>>;

/** Answers that GitHub may be asked about again by their tag. */
export type KnownAnswers = {
  find(key: string): Answer | null;
  /** Keeps it in the place of the one before, if it can be asked about at all. */
  keep(key: string, answer: Answer): void;
};

/** As bytes of JSON they take what they measure; as objects, or as text with one letter beyond Latin, several times that. */
const MOST_BYTES = 4_000_000;
/** A larger one would drive out too many others. */
const LARGEST_SHARE = 0.1;

/** One bound for all clients together, for every repository has several; what was used longest ago goes first. */
export function createKnownAnswers(mostBytes = MOST_BYTES): KnownAnswers {
  const kept = new Map<string, Uint8Array>();
  let total = 0;
  function drop(key: string): void {
    total -= kept.get(key)?.length ?? 0;
    kept.delete(key);
  }
  return {
    find: (key) => {
      const bytes = kept.get(key);
      return bytes === undefined ? null : (JSON.parse(new TextDecoder().decode(bytes)) as Answer);
    },
    keep(key, answer) {
      const bytes = bytesOf(answer);
      drop(key);
      if (bytes === null || bytes.length > mostBytes * LARGEST_SHARE) return;
      kept.set(key, bytes);
      total += bytes.length;
      for (const oldest of kept.keys()) {
        if (total <= mostBytes) return;
        drop(oldest);
      }
    },
  };
}

/**
 * Null for what has no tag, and for what is no JSON, as an archive is not. It is no Buffer, for that would hold on to the
 * whole pool that it was cut from.
 */
function bytesOf({ status, url, headers, data }: Answer): Uint8Array | null {
  if (status !== 200 || headers.etag === undefined || data instanceof ArrayBuffer) return null;
  return new TextEncoder().encode(JSON.stringify({ status, url, headers, data }));
}
