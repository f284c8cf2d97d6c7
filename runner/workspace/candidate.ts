import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Violation, Weakening } from "../../src/core/evidence.ts";
import { parsePatch } from "../../src/core/patch.ts";
import { findWeakenings } from "../../src/core/weakening.ts";
import { type ChangeLimits, checkChange } from "../../src/git/change-checks.ts";
import { type DiffFacts, readDiff } from "../../src/git/diff.ts";
import { type GitCall, type GitRefusal, type GitResult, git } from "../../src/git/git.ts";
import { sureSha } from "../../src/git/ref-names.ts";
import { RUNTIME_FOLDER } from "./attributes.ts";
import type { WorkspacePaths } from "./paths.ts";

export type CandidateRequest = {
  workspace: Pick<WorkspacePaths, "tree" | "gitDir" | "home">;
  /** The commit that the candidate is compared with: the base, or the change before it. */
  parentSha: string;
  limits: ChangeLimits;
  signal: AbortSignal;
};
export type Candidate = {
  treeSha: string;
  facts: DiffFacts;
  violations: Violation[];
  overBudget: string[];
  weakenings: Weakening[];
};
/** `unbuildable`: the work tree holds something that cannot be part of any commit. */
export type CandidateResult =
  | { kind: "built"; candidate: Candidate }
  | { kind: "unbuildable"; violations: Violation[] }
  | { kind: "failed"; failure: GitRefusal };

/** Why `git add` refuses a tree, and what that makes of it. */
const REFUSALS: readonly (readonly [RegExp, Violation["rule"]])[] = [
  [/'(.+?)\/?' does not have a commit checked out/, "submodule"],
  [/invalid path '(.+?)'/i, "path_unsafe"],
  [/open\("(.+?)"\): /, "path_unsafe"],
  [/unable to index file '(.+?)'/, "path_unsafe"],
  [/could not open directory '(.+?)'/, "path_unsafe"],
];

/**
 * The exact tree of the agent's work, built with the engine's own git folder and index: new files are in, ignored files
 * and the run's own material are not, and nothing the agent configured runs.
 */
export async function buildCandidate(request: CandidateRequest): Promise<CandidateResult> {
  const tree = await writeTree(request);
  return tree.ok ? examineTree(request, tree.value) : refused(tree);
}

/** A tree that stands already, held against everything that a candidate is held against. */
export async function examineTree(request: CandidateRequest, treeSha: string): Promise<CandidateResult> {
  const { gitDir, home } = request.workspace;
  const place = { gitDir, home, signal: request.signal };
  const facts = await readDiff({ ...place, from: request.parentSha, to: treeSha });
  if (!facts.ok) return { kind: "failed", failure: facts };
  const findings = await checkChange({ ...place, facts, limits: request.limits });
  if (!findings.ok) return { kind: "failed", failure: findings };
  const weakenings = findWeakenings({ patch: parsePatch(facts.patch), files: facts.diff.files });
  return { kind: "built", candidate: { treeSha, facts, weakenings, ...findings.value } };
}

/** The index of the newest candidate; it also tells which of the agent's files are ignored. */
export function candidateIndex(gitDir: string): string {
  return join(gitDir, "candidate-index");
}

async function writeTree({ workspace, parentSha, signal }: CandidateRequest): Promise<GitResult> {
  const { gitDir, home, tree } = workspace;
  const indexFile = candidateIndex(gitDir);
  await rm(indexFile, { force: true });
  const call: Omit<GitCall, "args"> = { gitDir, home, signal, indexFile };
  const start = await git({ ...call, args: ["read-tree", sureSha(parentSha)] });
  if (!start.ok) return start;
  const added = await git({ ...call, workTree: tree, args: ["add", "--all"] });
  if (!added.ok) return added;
  // The tree's own .gitignore outranks our exclusion; this puts the run's material back to what the parent has.
  const args = ["reset", "--quiet", sureSha(parentSha), "--", RUNTIME_FOLDER];
  const cleaned = await git({ ...call, workTree: tree, args });
  return cleaned.ok ? git({ ...call, args: ["write-tree"] }) : cleaned;
}

function refused(failure: GitRefusal): CandidateResult {
  const hits = REFUSALS.map(([sign, rule]) => ({ rule, path: sign.exec(failure.stderr)?.[1] }));
  const hit = hits.find(({ path }) => path !== undefined);
  if (!hit) return { kind: "failed", failure };
  const detail = `git cannot take it into a tree: ${failure.stderr.slice(0, 900)}`;
  return { kind: "unbuildable", violations: [{ rule: hit.rule, path: hit.path ?? null, detail }] };
}
