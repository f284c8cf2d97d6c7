export type ByteTail = { push(chunk: Buffer): void; text(): string };

/** Keeps the last bytes of a stream and forgets the rest. */
export function byteTail(limit: number): ByteTail {
  let kept = Buffer.alloc(0);
  return {
    push(chunk) {
      kept = Buffer.concat([kept, chunk.subarray(-limit)]).subarray(-limit);
    },
    text: () => kept.toString("utf8"),
  };
}
