import { randomUUID } from "node:crypto";
import { open, readFile, stat, unlink, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { codeOf } from "./error-code.ts";

export type LockOptions = { path: string; signal: AbortSignal; waitMs?: number; staleMs?: number };

const WAIT_MS = 300_000;
const STALE_MS = 60_000;
const POLL_MS = 40;

/** Does the work while holding a lock file that processes of this and other hosts respect. */
export async function withFileLock<T>(options: LockOptions, work: () => Promise<T>): Promise<T> {
  const { path, staleMs = STALE_MS } = options;
  const mine = `${process.pid} ${hostname()} ${randomUUID()}`;
  await acquire({ waitMs: WAIT_MS, ...options, staleMs }, mine);
  const alive = setInterval(() => void touch(path), staleMs / 4);
  try {
    return await work();
  } finally {
    clearInterval(alive);
    await release(path, mine);
  }
}

async function acquire(
  { path, signal, waitMs, staleMs }: Required<LockOptions>,
  mine: string,
): Promise<void> {
  const tries = Math.ceil(waitMs / POLL_MS);
  for (let attempt = 0; attempt <= tries; attempt++) {
    signal.throwIfAborted();
    if (await create(path, mine)) return;
    if (await isStale(path, staleMs)) await breakLock(path, staleMs);
    else await pause(POLL_MS, undefined, { signal });
  }
  throw new Error(`Waited ${waitMs} ms for the lock ${path}; its owner is still at work`);
}

async function create(path: string, content: string): Promise<boolean> {
  try {
    const file = await open(path, "wx");
    await file.writeFile(content).finally(() => file.close());
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** Only whoever holds the breaker's own lock removes a foreign one, so that two cannot break each other's. */
async function breakLock(path: string, staleMs: number): Promise<void> {
  const breaker = `${path}.break`;
  if (await isOlder(breaker, staleMs)) await remove(breaker);
  if (!(await create(breaker, `${process.pid}`))) return;
  try {
    if (await isStale(path, staleMs)) await remove(path);
  } finally {
    await remove(breaker);
  }
}

/** Its process is gone from this host, or it has not been touched for long. */
async function isStale(path: string, staleMs: number): Promise<boolean> {
  const [pid, host] = (await readOrNull(path))?.split(" ") ?? [];
  if (host === hostname() && !processLives(Number(pid))) return true;
  return isOlder(path, staleMs);
}

async function isOlder(path: string, ms: number): Promise<boolean> {
  const found = await ignoreMissing(stat(path));
  return found !== null && Date.now() - found.mtimeMs > ms;
}

function processLives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

async function touch(path: string): Promise<void> {
  await ignoreMissing(utimes(path, new Date(), new Date()));
}

async function release(path: string, mine: string): Promise<void> {
  if ((await readOrNull(path)) === mine) await remove(path);
}

async function readOrNull(path: string): Promise<string | null> {
  return ignoreMissing(readFile(path, "utf8"));
}

async function remove(path: string): Promise<void> {
  await ignoreMissing(unlink(path));
}

async function ignoreMissing<T>(action: Promise<T>): Promise<T | null> {
  try {
    return await action;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}
