import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";

export type EventFile = {
  /** Settles when the text is written, which is what slows a hasty Codex down. */
  write(text: string): Promise<void>;
  close(): Promise<void>;
};

const MAX_BYTES = 64 * 1024 * 1024;

/** The file for an attempt's event streams, one turn after the other; what goes beyond the limit is left out, and the file says so. */
export async function openEventFile(path: string, maxBytes = MAX_BYTES): Promise<EventFile> {
  await mkdir(dirname(path), { recursive: true });
  const handle = await open(path, "a", 0o600);
  let { size: bytes } = await handle.stat();
  let full = false;
  return {
    async write(text) {
      if (full || text === "") return;
      bytes += Buffer.byteLength(text);
      full = bytes > maxBytes;
      await handle.appendFile(full ? '{"type":"agentpr.truncated"}\n' : text);
    },
    close: () => handle.close(),
  };
}
