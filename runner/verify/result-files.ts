import { constants } from "node:fs";
import { lstat, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { joinReadings, type TestReading } from "../../src/core/test-output.ts";
import { readJunitXml } from "../../src/core/test-output-junit.ts";
import { errorCode } from "../box/error-code.ts";

type Order = {
  /** The checkout that the command ran in. */
  folder: string;
  /** When it began, in milliseconds since 1970: older files tell of something else. */
  since: number;
  signal: AbortSignal;
};

/** What runners call their JUnit reports, or the folders that they put them in. */
const REPORT =
  /(^|\/)(TEST-[^/]+|[^/]*junit[^/]*|[^/]*test[-_]?(results?|reports?)[^/]*|rspec|nosetests|xunit)\.xml$|(^|\/)(surefire-reports|failsafe-reports|test-results?|test-reports?|junit|nextest)\/(.+\/)?[^/]+\.xml$/i;
const SKIPPED: ReadonlySet<string> = new Set([".git", "node_modules", ".venv", "venv", "vendor", ".tox"]);
const MOST_ENTRIES = 20_000;
const MOST_FILES = 300;
const LARGEST = 4 * 1024 * 1024;
const GONE: ReadonlySet<string | null> = new Set(["ENOENT", "ENOTDIR", "ELOOP", "EACCES"]);

/** What the JUnit reports say that a command wrote; null when it wrote none. Links are never followed. */
export async function readResultFiles(order: Order): Promise<TestReading | null> {
  const readings: TestReading[] = [];
  for (const path of await findReports(order)) {
    order.signal.throwIfAborted();
    const text = await readFresh(path, order.since);
    const reading = text === null ? null : readJunitXml(text);
    if (reading !== null) readings.push(reading);
  }
  return readings.length === 0 ? null : joinReadings(readings);
}

async function findReports({ folder, signal }: Order): Promise<string[]> {
  const [queue, found] = [[""], [] as string[]];
  let seen = 0;
  for (let at = 0; at < queue.length && seen < MOST_ENTRIES && found.length < MOST_FILES; at++) {
    signal.throwIfAborted();
    const inside = queue[at] ?? "";
    const entries = await readdir(join(folder, inside), { withFileTypes: true }).catch(goneAs([]));
    seen += entries.length;
    for (const entry of entries) {
      const path = inside === "" ? entry.name : `${inside}/${entry.name}`;
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) queue.push(path);
      if (entry.isFile() && REPORT.test(path)) found.push(join(folder, path));
    }
  }
  return found.slice(0, MOST_FILES);
}

/** Too large, too old or no plain file: it is not read. Nothing is opened that could block. */
async function readFresh(path: string, since: number): Promise<string | null> {
  const facts = await lstat(path).catch(goneAs(null));
  if (!facts?.isFile() || facts.size > LARGEST || facts.mtimeMs < since) return null;
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    goneAs(null),
  );
  if (file === null) return null;
  try {
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}

/** A test may have taken away what was just listed. */
function goneAs<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (GONE.has(errorCode(error))) return value;
    throw error;
  };
}
