import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

export type EventFile = {
  /** Settles when the text is written, which is what slows a hasty Codex down. */
  write(text: string): Promise<void>;
  close(): Promise<void>;
};

const MAX_BYTES = 64 * 1024 * 1024;
const MARK = '{"type":"agentpr.truncated"}\n';

/**
 * The file for an attempt's event streams, one turn after the other. Of a stream that is too long its beginning and its end are kept, and a line between
 * says so: the end goes into two files beside, each a quarter of the whole, of which the older makes room for the newer.
 */
export async function openEventFile(path: string, maxBytes = MAX_BYTES): Promise<EventFile> {
  await mkdir(dirname(path), { recursive: true });
  const head = await open(path, "a", 0o600);
  const half = Math.floor((maxBytes - MARK.length) / 2);
  let { size: bytes } = await head.stat();
  const room = Math.max(0, maxBytes - MARK.length - Math.max(bytes, half));
  let tail: Tail | null = null;
  return {
    async write(text) {
      if (text === "") return;
      bytes += Buffer.byteLength(text);
      if (tail === null && bytes > half) tail = await openTail(path, Math.floor(room / 2));
      await (tail ?? head).appendFile(text);
    },
    async close() {
      if (tail !== null) await tail.append(head);
      await head.close();
    },
  };
}

type Tail = {
  appendFile(text: string): Promise<void>;
  /** Puts what was kept of the end after the beginning, and removes the files beside. */
  append(head: FileHandle): Promise<void>;
};

async function openTail(path: string, most: number): Promise<Tail> {
  const [newer, older] = [`${path}.tail.part`, `${path}.before-tail.part`];
  let handle = await open(newer, "w", 0o600);
  let bytes = 0;
  let dropped = 0;
  return {
    async appendFile(text) {
      const size = Buffer.byteLength(text);
      if (bytes > 0 && bytes + size > most) {
        await handle.close();
        await rename(newer, older);
        handle = await open(newer, "w", 0o600);
        bytes = 0;
        dropped += 1;
      }
      bytes += size;
      if (size <= most) await handle.appendFile(text);
      else dropped += 2; // one piece longer than the whole end: it is left out
    },
    async append(head) {
      await handle.close();
      if (dropped > 1) await head.appendFile(MARK);
      for (const part of [older, newer]) await copyInto(head, part);
      await Promise.all([older, newer].map((part) => rm(part, { force: true })));
    },
  };
}

async function copyInto(head: FileHandle, part: string): Promise<void> {
  try {
    for await (const chunk of createReadStream(part)) await head.appendFile(chunk);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
