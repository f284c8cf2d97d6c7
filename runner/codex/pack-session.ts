import { createHash } from "node:crypto";
import { constants, open } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { findSessions } from "./session-file.ts";

/** A thread's file made ready to travel to another runner. */
export type PackedSession = {
  threadId: string;
  /** Of the file as it lies here. */
  sha256: string;
  bytes: number;
  /** Redacted and compressed; null where there is too much of it. */
  data: Buffer | null;
};

export type PackOrder = {
  codexHome: string;
  threadId: string | null;
  redact: (text: string) => string;
  mostBytes?: number;
};

const MOST_BYTES = 64 * 1024 * 1024;
const MOST_PACKED_BYTES = 16 * 1024 * 1024;

/** Null where the thread left no file. The agent could write to the home, so links are not followed and size is limited. */
export async function packSession(order: PackOrder): Promise<PackedSession | null> {
  const { codexHome, threadId, redact, mostBytes = MOST_BYTES } = order;
  const [file] = threadId === null ? [] : await findSessions(codexHome, threadId);
  if (threadId === null || file === undefined) return null;
  const content = await readAtMost(file, mostBytes);
  if (typeof content === "number") return { threadId, sha256: "", bytes: content, data: null };
  const packed = await promisify(gzip)(redact(content.toString("utf8")));
  const data = packed.length > MOST_PACKED_BYTES ? null : packed;
  return { threadId, sha256: sha256Of(content), bytes: content.length, data };
}

/** What was packed; throws on what was not, and on more than could have been. */
export async function unpackSession(data: Uint8Array): Promise<Buffer> {
  return promisify(gunzip)(data, { maxOutputLength: 2 * MOST_BYTES });
}

/** The digest of a file, or null where it is larger than anything that is ever packed. */
export async function digestOf(path: string): Promise<string | null> {
  const content = await readAtMost(path, MOST_BYTES);
  return typeof content === "number" ? null : sha256Of(content);
}

function sha256Of(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** The content, or only the size where it is over the limit. */
async function readAtMost(path: string, mostBytes: number): Promise<Buffer | number> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const { size } = await handle.stat();
    return size > mostBytes ? size : await handle.readFile();
  } finally {
    await handle.close();
  }
}
