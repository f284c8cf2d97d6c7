import type { Diff } from "../core/evidence.ts";
import { parseNumstat, parseRaw, type RawEntry, toFileChanges } from "./diff-parse.ts";
import { type GitCall, type GitRefusal, git, gitStream } from "./git.ts";
import { sureSha } from "./ref-names.ts";

export type DiffFacts = {
  diff: Diff;
  entries: RawEntry[];
  /** SHA-256 of the whole patch, in hex. */
  diffHash: string;
  /** The patch itself; cut off when it is enormous. */
  patch: string;
  patchCut: boolean;
};

type DiffCall = Pick<GitCall, "home" | "signal"> & { gitDir: string; from: string; to: string };

/** More than this is kept of no patch; what was not read is never taken for harmless. */
const KEEP_PATCH_BYTES = 32 * 1024 * 1024;

/** Every setting that shapes a patch is said here, so that two machines hash the same bytes. No zlib in it: binary files go in as text. */
const CANONICAL = [
  ...["-p", "--full-index", "--text", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-color"],
  ...["--diff-algorithm=myers", "--no-indent-heuristic", "--unified=3", "--inter-hunk-context=0"],
  ...["--src-prefix=a/", "--dst-prefix=b/", "--ignore-submodules=none", "--submodule=short"],
];
const FACTS = [
  "--raw",
  "--numstat",
  "-z",
  "-M50%",
  "-l1000",
  "--no-ext-diff",
  "--no-textconv",
  "--ignore-submodules=none",
];

/** What changed from one tree to another. The repository must be bare in this call, so that no .gitattributes is read. */
export async function readDiff(call: DiffCall): Promise<({ ok: true } & DiffFacts) | GitRefusal> {
  const { home, signal, gitDir } = call;
  const trees = [sureSha(call.from), sureSha(call.to)];
  const place = { home, signal, gitDir };
  const facts = await git({ ...place, args: ["diff-tree", "-r", ...FACTS, ...trees] });
  if (!facts.ok) return facts;
  const patch = await gitStream(
    { ...place, args: ["diff-tree", "-r", ...CANONICAL, ...trees] },
    KEEP_PATCH_BYTES,
  );
  if (!patch.ok) return patch;

  const fields = facts.value.split("\0");
  const { entries, rest } = parseRaw(fields);
  const files = toFileChanges(entries, parseNumstat(rest));
  return {
    ok: true,
    entries,
    diff: {
      files,
      addedLines: files.reduce((sum, file) => sum + file.added, 0),
      deletedLines: files.reduce((sum, file) => sum + file.deleted, 0),
      patchBytes: patch.value.bytes,
    },
    diffHash: patch.value.sha256,
    patch: new TextDecoder().decode(patch.value.head),
    patchCut: patch.value.bytes > KEEP_PATCH_BYTES,
  };
}
