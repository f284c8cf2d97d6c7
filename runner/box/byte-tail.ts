export type ByteTail = { push(chunk: Buffer): void; text(): string };

/** Keeps the last bytes of a stream and forgets the rest; joined only now and then, so that many small chunks cost little. */
export function byteTail(limit: number): ByteTail {
  let chunks: Buffer[] = [];
  let bytes = 0;
  function joined(): Buffer {
    const kept = Buffer.concat(chunks).subarray(-limit);
    [chunks, bytes] = [[kept], kept.length];
    return kept;
  }
  return {
    push(chunk) {
      chunks.push(Buffer.from(chunk.subarray(-limit)));
      bytes += Math.min(chunk.length, limit);
      if (bytes > 2 * limit + 65_536) joined();
    },
    text: () => joined().toString("utf8"),
  };
}
