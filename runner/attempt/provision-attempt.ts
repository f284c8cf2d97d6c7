import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { PreflightCheck } from "../../src/core/evidence.ts";
import type { AttemptSpec } from "../../src/core/packet.ts";
import { readBundle } from "../../src/database/changes.ts";
import type { Db } from "../../src/database/connect.ts";
import { ensureCommit } from "../../src/git/mirror.ts";
import { provision, type Workspace } from "../workspace/provision.ts";
import { checkDisk, cloneFailed } from "./preflight.ts";
import type { RunnerSettings } from "./settings.ts";

export type Provisioning =
  | { ok: true; workspace: Workspace; checks: PreflightCheck[] }
  | { ok: false; checks: PreflightCheck[] };
type Order = { db: Db; settings: RunnerSettings; spec: AttemptSpec; signal: AbortSignal };

/** A clean workspace at the exact commit, from the mirror; what stands in the way comes back as failed checks. */
export async function provisionAttempt({ db, settings, spec, signal }: Order): Promise<Provisioning> {
  const home = join(settings.cacheDir, "home");
  await Promise.all([home, settings.baseDir].map((folder) => mkdir(folder, { recursive: true })));
  const disk = await checkDisk(settings.baseDir);
  if (!disk.ok) return { ok: false, checks: [disk] };
  const { clone, base } = spec;
  const commit = await ensureCommit({
    cacheDir: settings.cacheDir,
    ...clone,
    token: null,
    branch: base.branch,
    sha: base.sha,
    home,
    signal,
  });
  if (!commit.ok) return { ok: false, checks: [disk, cloneFailed(commit)] };
  const provisioned = await provision({
    baseDir: settings.baseDir,
    run: { owner: clone.owner, repo: clone.repo, runId: spec.runId },
    mirror: commit.mirror,
    base: { branch: base.branch, sha: commit.sha },
    from: await startingPoint(db, spec),
    branch: spec.seal.branch,
    historyDepth: spec.policy.agent_history_depth,
    identity: spec.seal.author,
    signal,
  });
  if (!provisioned.ok) return { ok: false, checks: [disk, cloneFailed(provisioned)] };
  return { ok: true, workspace: provisioned.workspace, checks: [disk] };
}

async function startingPoint(
  db: Db,
  { from }: AttemptSpec,
): Promise<{ sha: string; bundle: Uint8Array } | null> {
  const bundle = from === null ? null : await readBundle(db, from.changeId);
  return from && bundle ? { sha: from.sha, bundle } : null;
}
