import { constants, open } from "node:fs/promises";

const MAX_BYTES = 256 * 1024;

/**
 * The file that Codex writes its last message to; null when there is none. The agent can reach it, so links are not
 * followed and a huge one is cut. The event stream is asked first, this only where its line was too long.
 */
export async function readLastMessage(path: string): Promise<string | null> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    () => null,
  );
  if (handle === null) return null;
  try {
    if (!(await handle.stat()).isFile()) return null;
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_BYTES), 0, MAX_BYTES, 0);
    return buffer.subarray(0, bytesRead).toString("utf8");
  } finally {
    await handle.close();
  }
}
