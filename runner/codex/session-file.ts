import { constants, copyFile, mkdir, open, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { Problem } from "../../src/core/problem.ts";

/** `rollout-<time>-<thread id>.jsonl`, as Codex names the file that holds a thread. */
export const SESSION_FILE = /^rollout-[0-9T:-]+-([0-9a-f-]{36})\.jsonl$/;
const ThreadId = z.uuid();
const FirstLine = z.object({
  type: z.literal("session_meta"),
  payload: z.object({ id: z.string(), timestamp: z.iso.datetime() }),
});
const FIRST_LINE_BYTES = 1024 * 1024;

/** The file of a thread, or null. Links are not followed: the agent could have made them. */
export async function findSession(codexHome: string, threadId: string): Promise<string | null> {
  return findIn(join(codexHome, "sessions"), threadId);
}

/** Copies a thread's file out of the home; false when there is none. */
export async function saveSession(order: {
  codexHome: string;
  threadId: string;
  to: string;
}): Promise<boolean> {
  const found = await findSession(order.codexHome, order.threadId);
  if (found === null) return false;
  await mkdir(dirname(order.to), { recursive: true });
  await copyFile(found, order.to);
  return true;
}

/** Puts a saved thread where `codex exec resume <thread>` finds it. */
export async function restoreSession(order: {
  codexHome: string;
  threadId: string;
  from: string;
}): Promise<string> {
  const { id, timestamp } = await readFirstLine(order.from);
  if (id !== ThreadId.parse(order.threadId)) throw notThatThread(order, `it holds the thread ${id}`);
  const [year = "", month = "", day = ""] = timestamp.slice(0, 10).split("-");
  const time = timestamp.slice(0, 19).replaceAll(":", "-");
  const path = join(order.codexHome, "sessions", year, month, day, `rollout-${time}-${id}.jsonl`);
  await mkdir(dirname(path), { recursive: true });
  await copyFile(order.from, path, constants.COPYFILE_EXCL).catch(ignoreExisting);
  return path;
}

async function findIn(dir: string, threadId: string): Promise<string | null> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  const file = entries.find((entry) => entry.isFile() && SESSION_FILE.exec(entry.name)?.[1] === threadId);
  if (file !== undefined) return join(dir, file.name);
  for (const folder of entries.filter((entry) => entry.isDirectory())) {
    const found = await findIn(join(dir, folder.name), threadId);
    if (found !== null) return found;
  }
  return null;
}

async function readFirstLine(path: string): Promise<{ id: string; timestamp: string }> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(FIRST_LINE_BYTES), 0, FIRST_LINE_BYTES, 0);
    const line = buffer.subarray(0, bytesRead).toString("utf8").split("\n", 1)[0] ?? "";
    return FirstLine.parse(JSON.parse(line)).payload;
  } catch (error) {
    throw notThatThread({ from: path }, error instanceof z.ZodError ? z.prettifyError(error) : String(error));
  } finally {
    await handle.close();
  }
}

function notThatThread({ from }: { from: string }, why: string): Problem {
  return new Problem(
    `${from} cannot be used as the thread to go on with`,
    why,
    "Retry without resuming the thread",
  );
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error;
}
