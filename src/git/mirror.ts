import { access, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { makeBareRepository } from "./bare-repository.ts";
import { withFileLock } from "./file-lock.ts";
import { type GitCall, type GitRefusal, type GitResult, git } from "./git.ts";
import { branchRef, sureSha } from "./ref-names.ts";
import { remoteProblem } from "./remote.ts";

export type MirrorRequest = {
  cacheDir: string;
  /** GitHub's host and repository id name the mirror: names change hands, ids do not. */
  host: string;
  repositoryId: number;
  /** The installation that alone may see it, where it is private: what one may read is never served to another. */
  privateTo: number | null;
  url: string;
  token: string | null;
  branch: string;
  /** The commit that is wanted; null means the branch's newest. */
  sha: string | null;
  home: string;
  signal: AbortSignal;
  timeoutMs?: number;
};
/** What says where a mirror lies and what is wanted of it, without the way to its host. */
export type HeldMirror = Omit<MirrorRequest, "url" | "token" | "timeoutMs">;
export type MirrorAnswer = { ok: true; mirror: string; sha: string; fetched: boolean } | GitRefusal;

/** Makes sure that the bare mirror of the repository holds the commit; fetches only when it does not. */
export async function ensureCommit(request: MirrorRequest): Promise<MirrorAnswer> {
  const problem = remoteProblem(request.url);
  if (problem) return { ok: false, kind: "failed", stderr: `The clone URL is not usable: ${problem}` };
  const mirror = mirrorPath(request);
  const present = await presentCommit(request, mirror);
  if (present) return { ok: true, mirror, sha: present, fetched: false };

  await mkdir(mirror, { recursive: true, mode: request.privateTo === null ? 0o777 : 0o700 });
  const lock = { path: `${mirror}.lock`, signal: request.signal };
  return withFileLock(lock, () => fetchUnderLock(request, mirror));
}

export function mirrorPath({
  cacheDir,
  host,
  repositoryId,
  privateTo,
}: Pick<MirrorRequest, "cacheDir" | "host" | "repositoryId" | "privateTo">): string {
  if (!/^[a-z0-9.-]+(:\d+)?$/i.test(host) || host.startsWith("."))
    throw new TypeError(`Not a host name: ${host}`);
  const folder = privateTo === null ? [] : [`installation-${privateTo}`];
  return join(cacheDir, host.toLowerCase().replace(":", "_"), ...folder, `${repositoryId}.git`);
}

/** Someone else may have fetched it while we waited. A mirror that git cannot read any more is made anew, once. */
async function fetchUnderLock(request: MirrorRequest, mirror: string): Promise<MirrorAnswer> {
  const present = await presentCommit(request, mirror);
  if (present) return { ok: true, mirror, sha: present, fetched: false };
  const first = await fetchCommit(request, mirror);
  if (first.ok || first.kind !== "failed") return first;
  await rm(mirror, { recursive: true, force: true });
  return fetchCommit(request, mirror);
}

async function fetchCommit(request: MirrorRequest, mirror: string): Promise<MirrorAnswer> {
  await makeBare(request, mirror);
  const ref = branchRef(request.branch);
  const branch = await fetch(request, mirror, `+${ref}:${ref}`);
  if (request.sha === null) return branch.ok ? answer(await resolve(request, mirror, ref), mirror) : branch;
  if (await presentCommit(request, mirror)) return { ok: true, mirror, sha: request.sha, fetched: true };
  if (!branch.ok && branch.kind !== "not_found") return branch;
  // The branch was rewritten or has gone; the host still serves a commit that anything reaches.
  const pinned = await fetch(request, mirror, `+${sureSha(request.sha)}:refs/agentpr/pinned/${request.sha}`);
  return pinned.ok ? { ok: true, mirror, sha: request.sha, fetched: true } : pinned;
}

function answer(resolved: GitResult, mirror: string): MirrorAnswer {
  return resolved.ok ? { ok: true, mirror, sha: resolved.value, fetched: true } : resolved;
}

function fetch(request: MirrorRequest, mirror: string, refspec: string): Promise<GitResult> {
  const flags = ["--quiet", "--no-write-fetch-head", "--no-recurse-submodules", "--no-auto-gc"];
  return git({
    ...mirrorCall(request, mirror),
    args: ["fetch", ...flags, "--end-of-options", request.url, refspec],
    remote: request,
    timeoutMs: request.timeoutMs ?? 600_000,
  });
}

async function makeBare(request: MirrorRequest, mirror: string): Promise<void> {
  if (await exists(join(mirror, "HEAD"))) return;
  await mkdir(mirror, { recursive: true, mode: request.privateTo === null ? 0o777 : 0o700 });
  await makeBareRepository(mirror);
}

/** The branch's newest commit as the mirror saw it last; null where it has none. The host may know better. */
export async function knownCommit(request: HeldMirror): Promise<{ mirror: string; sha: string } | null> {
  const mirror = mirrorPath(request);
  if (!(await exists(join(mirror, "HEAD")))) return null;
  const found = await resolve(request, mirror, branchRef(request.branch));
  return found.ok ? { mirror, sha: found.value } : null;
}

/** The wanted commit when the mirror has it already; a branch's newest always has to be asked for. */
async function presentCommit(request: MirrorRequest, mirror: string): Promise<string | null> {
  if (request.sha === null || !(await exists(join(mirror, "HEAD")))) return null;
  const found = await resolve(request, mirror, sureSha(request.sha));
  return found.ok ? found.value : null;
}

function resolve(request: HeldMirror, mirror: string, name: string): Promise<GitResult> {
  const args = ["rev-parse", "--quiet", "--verify", "--end-of-options", `${name}^{commit}`];
  return git({ ...mirrorCall(request, mirror), args });
}

function mirrorCall({ home, signal }: HeldMirror, mirror: string): Omit<GitCall, "args"> {
  return { gitDir: mirror, home, signal };
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
