import { isDeepStrictEqual } from "node:util";
import type { Change } from "../core/change.ts";
import { bundlePrerequisites, unpackBundle } from "./bundle.ts";
import { type ChangeLimits, checkChange } from "./change-checks.ts";
import { readCommit, type Signature } from "./commit.ts";
import { type DiffFacts, readDiff } from "./diff.ts";
import { type GitRefusal, type GitResult, git } from "./git.ts";
import type { GitFailure } from "./git-failure.ts";
import { commitDifferences } from "./publish-checks.ts";
import { branchRef, sureSha } from "./ref-names.ts";
import { remoteProblem } from "./remote.ts";
import { readRemoteHead } from "./remote-head.ts";
import { type Scratch, withScratchRepository } from "./scratch.ts";

export type PublishRequest = {
  url: string;
  token: string | null;
  /** Where the base commit is read from when it is another repository (a fork's upstream). */
  baseUrl?: string;
  branch: string;
  /** What we last published there; null when the branch must not exist yet. */
  expectRemoteSha: string | null;
  change: Pick<
    Change,
    "baseSha" | "parentSha" | "mergedSha" | "sha" | "treeSha" | "diffHash" | "diff" | "message"
  >;
  bundle: Uint8Array;
  identity: { author: Signature; committer: Signature; at: number };
  limits: ChangeLimits;
  signal: AbortSignal;
};
export type PublishResult =
  | { kind: "published"; sha: string }
  | { kind: "already"; sha: string }
  | { kind: "moved"; remoteSha: string | null }
  | { kind: "refused"; violations: string[] }
  | { kind: "failed"; failure: GitFailure; stderr: string };

/** Pushes exactly this change to the branch, or says why not. Nothing is believed that the bundle's maker said. */
export async function publishChange(request: PublishRequest): Promise<PublishResult> {
  const problem = remoteProblem(request.url) ?? remoteProblem(request.baseUrl ?? request.url);
  if (problem) return { kind: "refused", violations: [`The repository's URL is not usable: ${problem}`] };
  return withScratchRepository(request.signal, (scratch) => publishFrom(scratch, request));
}

async function publishFrom(scratch: Scratch, request: PublishRequest): Promise<PublishResult> {
  const before = await readRemoteHead({ ...request, ...scratch });
  if (!before.ok) return failed(before);
  if (before.value === request.change.sha) return { kind: "already", sha: request.change.sha };
  if (before.value !== request.expectRemoteSha) return { kind: "moved", remoteSha: before.value };

  const named = await fillRepository(scratch, request);
  if (!named.ok) return failed(named);
  const violations = await findViolations(scratch, request, named.value);
  if (!violations.ok) return failed(violations);
  return violations.value.length > 0
    ? { kind: "refused", violations: violations.value }
    : push(scratch, request);
}

/** A branch takes in its base once for each iteration at most. */
const MOST_BASES = 100;

/** The base (one commit deep) and on it the bundle; answers with the commit that the bundle names. */
async function fillRepository(scratch: Scratch, request: PublishRequest): Promise<GitResult> {
  const { baseUrl = request.url, token } = request;
  const flags = ["--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--depth=1"];
  // A branch that has taken in its base also stands on the base that it began at.
  const needed = bundlePrerequisites(request.bundle).filter((sha) => sha !== request.change.baseSha);
  if (needed.length > MOST_BASES)
    return { ok: false, kind: "failed", stderr: "The bundle stands on too much" };
  const refspecs = [
    `${sureSha(request.change.baseSha)}:refs/agentpr/base`,
    ...needed.map((sha, at) => `${sureSha(sha)}:refs/agentpr/needed/${at}`),
  ];
  const args = ["fetch", ...flags, "--end-of-options", baseUrl, ...refspecs];
  // Only the token's own host gets to see it; an upstream elsewhere is public.
  const readToken = new URL(baseUrl).origin === new URL(request.url).origin ? token : null;
  const fetched = await git({ ...scratch, args, remote: { url: baseUrl, token: readToken } });
  return fetched.ok ? unpackBundle({ ...scratch, bundle: request.bundle }) : fetched;
}

async function findViolations(
  scratch: Scratch,
  request: PublishRequest,
  named: string,
): Promise<GitResult<string[]>> {
  const { change, identity, limits } = request;
  if (named !== change.sha) return { ok: true, value: [`The bundle holds ${named}, not ${change.sha}`] };
  const commit = await readCommit({ ...scratch, sha: change.sha });
  if (!commit.ok) return commit;
  const differences = commitDifferences(commit.value, { ...change, ...identity });
  if (differences.length > 0) return { ok: true, value: differences };
  if (change.mergedSha && change.mergedSha !== change.baseSha)
    return { ok: true, value: [`The change merges ${change.mergedSha}, which is not its base`] };
  const facts = await readDiff({ ...scratch, from: change.mergedSha ?? change.parentSha, to: change.sha });
  if (!facts.ok) return facts;
  const findings = await checkChange({ ...scratch, facts, limits });
  return findings.ok
    ? { ok: true, value: [...statedDifferences(facts, change), ...asText(findings.value)] }
    : findings;
}

/** What the change says about itself was shown to people and judged by the gate, so it must be what it really is. */
function statedDifferences({ diff, diffHash }: DiffFacts, change: PublishRequest["change"]): string[] {
  return [
    ...(diffHash === change.diffHash ? [] : [`The diff's hash is ${diffHash}, not ${change.diffHash}`]),
    ...(isDeepStrictEqual(diff, change.diff) ? [] : ["The diff is not the one that the change states"]),
  ];
}

function asText({
  violations,
  overBudget,
}: {
  violations: { rule: string; path: string | null; detail: string }[];
  overBudget: string[];
}): string[] {
  return [
    ...violations.map(({ rule, path, detail }) => `${rule}: ${path ?? "the change"}: ${detail}`),
    ...overBudget.map((excess) => `The diff is over budget: ${excess}`),
  ];
}

async function push(scratch: Scratch, request: PublishRequest): Promise<PublishResult> {
  const { sha } = request.change;
  const ref = branchRef(request.branch);
  const lease = `--force-with-lease=${ref}:${request.expectRemoteSha ?? ""}`;
  const flags = [
    "--quiet",
    "--porcelain",
    "--no-verify",
    "--no-follow-tags",
    "--recurse-submodules=no",
    lease,
  ];
  const args = ["push", ...flags, "--end-of-options", request.url, `${sureSha(sha)}:${ref}`];
  const pushed = await git({ ...scratch, args, remote: request });
  const after = await readRemoteHead({ ...request, ...scratch });
  if (after.ok && after.value === sha) return { kind: "published", sha };
  if (after.ok && after.value !== request.expectRemoteSha) return { kind: "moved", remoteSha: after.value };
  if (!pushed.ok) return failed(pushed);
  return after.ok
    ? failed({ ok: false, kind: "rejected", stderr: "The branch did not take the push" })
    : failed(after);
}

function failed({ kind, stderr }: GitRefusal): PublishResult {
  return { kind: "failed", failure: kind, stderr };
}
