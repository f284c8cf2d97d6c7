import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { buildCandidate, type CandidateResult } from "../../runner/workspace/candidate.ts";
import { provision, type Workspace } from "../../runner/workspace/provision.ts";
import { type Sealed, sealChange } from "../../runner/workspace/seal.ts";
import { DEFAULT_POLICY } from "../../src/core/policy.ts";
import { ensureCommit } from "../../src/git/mirror.ts";
import { type PublishRequest, type PublishResult, publishChange } from "../../src/git/publish.ts";
import { type GitServer, type GitServerOptions, serveGit } from "./git-http.ts";
import { type Files, makeRepository, type TestRepository, temporaryFolder } from "./git-repository.ts";

export const IDENTITY = {
  author: { name: "Ada", email: "ada@example.org" },
  committer: { name: "agentpr", email: "agentpr@example.org" },
  at: 1_700_000_000,
};
export const LIMITS = { protectedPaths: DEFAULT_POLICY.protected_paths, budgets: DEFAULT_POLICY };
export const BRANCH = "agentpr/run-1";

type Sealing = Extract<Sealed, { ok: true }>;
export type Stand = {
  root: string;
  repository: TestRepository;
  server: GitServer;
  url: string;
  baseSha: string;
  signal: AbortSignal;
  workspace: (from?: Sealing, runId?: string) => Promise<Workspace>;
  candidate: (workspace: Workspace, limits?: PublishRequest["limits"]) => Promise<CandidateResult>;
  seal: (workspace: Workspace, message?: string) => Promise<Sealing>;
  publish: (sealed: Sealing, change?: Partial<PublishRequest>) => Promise<PublishResult>;
  [Symbol.asyncDispose]: () => Promise<void>;
};

type StandOptions = Omit<GitServerOptions, "root"> & {
  /** More history; answers with the commit that is to be the base. */
  prepare?: (repository: TestRepository) => string;
};

/** A repository behind real HTTP and everything that the engine does with it, on temporary folders. */
export async function stand(files: Files, options: StandOptions = {}): Promise<Stand> {
  const folder = temporaryFolder();
  const root = folder.path;
  const repository = makeRepository(root);
  const first = repository.commit(files, "Begin");
  const baseSha = options.prepare?.(repository) ?? first;
  const server = await serveGit({ root, ...options });
  for (const name of ["home", "runs"]) mkdirSync(join(root, name));
  const { signal } = new AbortController();
  const url = `${server.url}/target.git`;
  const token = options.token ?? null;

  const workspace: Stand["workspace"] = async (from, runId = "run-1") => {
    const place = {
      cacheDir: join(root, "cache"),
      host: "127.0.0.1",
      repositoryId: 7,
      privateTo: null,
      home: join(root, "home"),
    };
    const mirror = await ensureCommit({ ...place, url, token, branch: "main", sha: baseSha, signal });
    if (!mirror.ok) throw new Error(mirror.stderr);
    const provisioned = await provision({
      baseDir: join(root, "runs"),
      run: { owner: "octo", repo: "target", runId },
      mirror: mirror.mirror,
      base: { branch: "main", sha: baseSha },
      from: from ? { sha: from.change.sha, bundle: from.bundle } : null,
      branch: BRANCH,
      historyDepth: 50,
      identity: IDENTITY.committer,
      signal,
    });
    if (!provisioned.ok) throw new Error(provisioned.stderr);
    return provisioned.workspace;
  };
  const candidate: Stand["candidate"] = (made, limits = LIMITS) =>
    buildCandidate({ workspace: made, parentSha: made.startSha, limits, signal });
  const seal: Stand["seal"] = async (made, message = "Say more\n") => {
    const built = await candidate(made);
    if (built.kind !== "built") throw new Error(JSON.stringify(built));
    const ids = { id: "change-1", runId: "run-1", attemptId: "attempt-1" };
    const { baseSha: base, startSha: parentSha } = made;
    const order = { workspace: made, ids, baseSha: base, parentSha, order: IDENTITY, message, signal };
    const sealed = await sealChange({ ...order, candidate: built.candidate });
    if (!sealed.ok) throw new Error(sealed.stderr);
    return sealed;
  };
  const publish: Stand["publish"] = ({ change, bundle }, changed = {}) =>
    publishChange({
      ...{ url, token, branch: BRANCH, expectRemoteSha: null, change, bundle },
      ...{ identity: IDENTITY, limits: LIMITS, signal },
      ...changed,
    });
  const dispose = async () => {
    await server.close();
    folder[Symbol.dispose]();
  };
  return {
    root,
    repository,
    server,
    url,
    baseSha,
    signal,
    workspace,
    candidate,
    seal,
    publish,
    [Symbol.asyncDispose]: dispose,
  };
}
