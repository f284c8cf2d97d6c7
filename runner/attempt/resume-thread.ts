import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../../src/core/problem.ts";
import type { Db } from "../../src/database/connect.ts";
import { readSession, type Session } from "../../src/database/sessions.ts";
import { digestOf, unpackSession } from "../codex/pack-session.ts";
import { findSessions, restoreSession } from "../codex/session-file.ts";
import type { Workspace } from "../workspace/provision.ts";

export type ThreadWish = {
  db: Db;
  runId: string;
  /** The run's thread so far; null when it has none. */
  threadId: string | null;
  workspace: Pick<Workspace, "codexHome" | "scratch">;
};
/** `notResumed` says, where a thread was to be gone on with, why a new one begins. */
export type Resumption = { threadId: string | null; notResumed: string | null };

/**
 * The thread to go on with. What the last attempt left in the database decides: a file that lies here may be older,
 * when another runner went on in between.
 */
export async function resumeThread({ db, runId, threadId, workspace }: ThreadWish): Promise<Resumption> {
  if (threadId === null) return { threadId: null, notResumed: null };
  const stored = await readSession(db, runId);
  const here = await findSessions(workspace.codexHome, threadId);
  if (await isNewest(here, stored, threadId)) return { threadId, notResumed: null };
  await Promise.all(here.map((path) => rm(path, { force: true })));
  const why = await restore(stored, threadId, workspace);
  return why === null ? { threadId, notResumed: null } : { threadId: null, notResumed: why };
}

/** Exactly one file, and the very one that the last attempt left. Without a row, what lies here is all there is. */
async function isNewest(here: readonly string[], stored: Session | null, threadId: string): Promise<boolean> {
  const [only] = here;
  if (only === undefined || here.length > 1) return false;
  return stored?.threadId !== threadId || stored.sha256 === (await digestOf(only));
}

/** Null when it is back in its place, else why it is not. */
async function restore(
  stored: Session | null,
  threadId: string,
  { codexHome, scratch }: ThreadWish["workspace"],
): Promise<string | null> {
  if (stored?.threadId !== threadId) return "its session was not kept by the runner that began it";
  if (stored.data === null)
    return `its session of ${Math.ceil(stored.bytes / 1024 / 1024)} MiB was too large to be kept`;
  const from = join(scratch, "session.jsonl");
  try {
    await writeFile(from, await unpackSession(stored.data), { flag: "wx", mode: 0o600 });
    await restoreSession({ codexHome, threadId, from });
    return null;
  } catch (error) {
    return `its kept session could not be put back: ${messageOf(error)}`;
  } finally {
    await rm(from, { force: true });
  }
}
