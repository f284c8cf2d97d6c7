import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { isReportFile } from "../../src/core/report-files.ts";
import { findLocations } from "../../src/database/artifacts.ts";
import type { Db } from "../../src/database/connect.ts";

export type SweepOrder = {
  folder: string;
  /** Which of its files are ours; those of the reports' folder unless said otherwise. */
  isOurs?: (name: string) => boolean;
  /** How long a file lies here that nobody has recorded, as a crash leaves one behind; 0: for ever. */
  days: number;
  /** Most files that one sweep looks at. */
  limit?: number;
};

const DAY_MS = 24 * 3_600_000;
const LIMIT = 2_000;

/**
 * Removes this machine's reports whose rows say that they are removed: the app decides what is kept, and cannot reach the
 * files of a runner elsewhere. Answers with how many are gone.
 */
export async function sweepReports(db: Db, order: SweepOrder): Promise<number> {
  const { folder, isOurs = isReportFile, days, limit = LIMIT } = order;
  const seen = someOf(await filesIn(folder, isOurs), limit);
  const known = await findLocations(db, seen);
  const over = [];
  for (const path of seen) if (known.get(path) ?? (await isOlder(path, days))) over.push(path);
  await Promise.all(over.map((path) => rm(path, { force: true })));
  return over.length;
}

/** Another part of a long list each time, so that every file has its turn. */
function someOf<T>(items: readonly T[], limit: number): readonly T[] {
  const start = items.length <= limit ? 0 : Math.floor(Math.random() * items.length);
  return [...items.slice(start), ...items.slice(0, start)].slice(0, limit);
}

async function filesIn(folder: string, isOurs: (name: string) => boolean): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return names.filter(isOurs).map((name) => join(folder, name));
}

async function isOlder(path: string, days: number): Promise<boolean> {
  if (days === 0) return false;
  return stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs > days * DAY_MS,
    () => false, // gone already
  );
}
