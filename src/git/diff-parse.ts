import type { FileChange } from "../core/evidence.ts";

export type RawEntry = {
  oldMode: string;
  newMode: string;
  newSha: string;
  status: FileChange["status"];
  path: string;
  oldPath: string | null;
};
export type LineCount = { added: number; deleted: number; binary: boolean };

const STATUS: Readonly<Record<string, FileChange["status"]>> = {
  A: "added",
  M: "modified",
  D: "deleted",
  R: "renamed",
  T: "typechange",
};
const RAW = /^:(\d{6}) (\d{6}) [0-9a-f]+ ([0-9a-f]+) ([A-Z])\d*$/;

/** The `--raw -z` part of the output, and the fields after it. */
export function parseRaw(fields: readonly string[]): { entries: RawEntry[]; rest: string[] } {
  const entries: RawEntry[] = [];
  let at = 0;
  for (let match = RAW.exec(fields[at] ?? ""); match; match = RAW.exec(fields[at] ?? "")) {
    const [, oldMode = "", newMode = "", newSha = "", letter = ""] = match;
    const renamed = letter === "R";
    const [first = "", second = ""] = fields.slice(at + 1);
    const path = renamed ? second : first;
    const status = STATUS[letter] ?? "modified";
    entries.push({ oldMode, newMode, newSha, status, path, oldPath: renamed ? first : null });
    at += renamed ? 3 : 2;
  }
  return { entries, rest: fields.slice(at) };
}

/** The `--numstat -z` part: "1\t2\tpath", or "1\t2\t" with the old and the new path after it. */
export function parseNumstat(fields: readonly string[]): Map<string, LineCount> {
  const counts = new Map<string, LineCount>();
  for (let at = 0; at < fields.length; at++) {
    const match = /^(\d+|-)\t(\d+|-)\t(.*)$/s.exec(fields[at] ?? "");
    if (!match) continue;
    const [, added = "-", deleted = "-", path = ""] = match;
    const renamed = path === "";
    counts.set(renamed ? (fields[at + 2] ?? "") : path, {
      added: Number(added) || 0,
      deleted: Number(deleted) || 0,
      binary: added === "-",
    });
    if (renamed) at += 2;
  }
  return counts;
}

export function toFileChanges(
  entries: readonly RawEntry[],
  counts: ReadonlyMap<string, LineCount>,
): FileChange[] {
  const none = { added: 0, deleted: 0, binary: false };
  return entries.map(({ path, oldPath, status, newMode }) => ({
    path,
    oldPath,
    status,
    ...(counts.get(path) ?? none),
    mode: newMode,
  }));
}
