import { gitOnce } from "./ask-once.ts";

export type ChangedFile = {
  sha: string | null;
  filename: string;
  previousFilename: string | null;
  status: "added" | "removed" | "modified" | "renamed" | "copied" | "changed";
  additions: number;
  deletions: number;
  patch: string | null;
};

const STATUSES = {
  A: "added",
  D: "removed",
  M: "modified",
  R: "renamed",
  C: "copied",
  T: "changed",
} as const;
const OPTIONS = ["--find-renames", "--no-ext-diff", "--no-textconv", "--no-color"];

/** What changes between two commits, file by file, as GitHub lists it. */
export async function diffFiles(gitDir: string, from: string, to: string): Promise<ChangedFile[]> {
  const [raw, numbers, text] = await Promise.all([
    gitOnce(gitDir, ["diff", ...OPTIONS, "--raw", "-z", "--no-abbrev", from, to], [from, to]),
    gitOnce(gitDir, ["diff", ...OPTIONS, "--numstat", "-z", from, to], [from, to]),
    gitOnce(gitDir, ["diff", ...OPTIONS, from, to], [from, to]),
  ]);
  const counts = parseNumstat(numbers);
  const patches = text.split(/^(?=diff --git )/m).filter(Boolean);
  return parseRaw(raw).map((file, index) => ({
    ...file,
    ...(counts[index] ?? { additions: 0, deletions: 0 }),
    patch: hunksOf(patches[index] ?? ""),
  }));
}

/** The whole diff as text, as `Accept: application/vnd.github.diff` gives it. */
export async function diffText(gitDir: string, from: string, to: string): Promise<string> {
  return await gitOnce(gitDir, ["diff", ...OPTIONS, from, to], [from, to]);
}

type Entry = Pick<ChangedFile, "sha" | "filename" | "previousFilename" | "status">;

function parseRaw(raw: string): Entry[] {
  const words = raw.split("\0");
  const entries: Entry[] = [];
  for (let at = 0; at < words.length && words[at]?.startsWith(":"); ) {
    const [, , , sha = "", letters = "M"] = (words[at] ?? "").split(" ");
    const moved = /^[RC]/.test(letters);
    const first = words[at + 1] ?? "";
    entries.push({
      sha: /^0+$/.test(sha) ? null : sha,
      filename: moved ? (words[at + 2] ?? "") : first,
      previousFilename: moved ? first : null,
      status: statusOf(letters),
    });
    at += moved ? 3 : 2;
  }
  return entries;
}

function statusOf(letters: string): ChangedFile["status"] {
  const known: Readonly<Record<string, ChangedFile["status"]>> = STATUSES;
  return known[letters.charAt(0)] ?? "modified";
}

function parseNumstat(text: string): { additions: number; deletions: number }[] {
  return [...text.matchAll(/(\d+|-)\t(\d+|-)\t(?:\0[^\0]*\0)?[^\0]*\0/g)].map(([, added, deleted]) => ({
    additions: Number(added) || 0,
    deletions: Number(deleted) || 0,
  }));
}

function hunksOf(patch: string): string | null {
  const start = patch.search(/^@@ /m);
  return start === -1 ? null : patch.slice(start).trimEnd();
}
