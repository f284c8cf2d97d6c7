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
/** `sessions/<year>/<month>/<day>`. */
const MAX_DEPTH = 3;
const FIRST_LINE_BYTES = 1024 * 1024;

/** The file of a thread, or null. Links are not followed: the agent could have made them. */
export async function findSession(codexHome: string, threadId: string): Promise<string | null> {
  const [first] = await findSessions(codexHome, threadId);
  return first ?? null;
}

/** Every file that claims to be of the thread: Codex keeps one, whoever plants a second has to be noticed. */
export async function findSessions(codexHome: string, threadId: string): Promise<string[]> {
  return findIn(join(codexHome, "sessions"), threadId, MAX_DEPTH);
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

async function findIn(dir: string, threadId: string, depth: number): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile() && SESSION_FILE.exec(entry.name)?.[1] === threadId);
  const folders = depth === 0 ? [] : entries.filter((entry) => entry.isDirectory());
  const deeper = await Promise.all(folders.map(({ name }) => findIn(join(dir, name), threadId, depth - 1)));
  return [...files.map(({ name }) => join(dir, name)), ...deeper.flat()];
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
